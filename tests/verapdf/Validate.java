import java.io.FileInputStream;
import java.util.ArrayList;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Validates PDF files against PDF/A-2b; one line a file, then its failed rules. Exit 1 if any failed. */
public final class Validate {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.PDFA_2_B;
        int failed = files.length == 0 ? 1 : 0;
        for (String file : files) {
            List<String> rules = new ArrayList<>();
            boolean compliant;
            try (var stream = new FileInputStream(file);
                    var parser = Foundries.defaultInstance().createParser(stream, flavour)) {
                var result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
                compliant = result.isCompliant();
                for (TestAssertion a : result.getTestAssertions()) {
                    if (a.getStatus() == TestAssertion.Status.FAILED) {
                        rules.add("  " + a.getRuleId().getClause() + "-" + a.getRuleId().getTestNumber() + " " + a.getMessage());
                    }
                }
            }
            System.out.println((compliant ? "PDF/A-2b " : "FAILED   ") + file);
            rules.stream().distinct().forEach(System.out::println);
            failed += compliant ? 0 : 1;
        }
        System.exit(failed == 0 ? 0 : 1);
    }
}
