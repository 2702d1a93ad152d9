"""Sets pages with typst in one process, fonts loaded once: the peer of reports/examples/bench.rs.

Arguments: folder of the fonts, template, file with the blanks of each document (JSON: a list of objects of
texts), optionally a file for the first document. Each line on standard input sets all of them to PDF/A-2b in
memory and prints the seconds it took; the first line printed is a document's size in bytes.
"""

import json
import pathlib
import sys
import time

import typst

fonts, template, blanks = sys.argv[1:4]
blanks = json.loads(pathlib.Path(blanks).read_text(encoding="utf-8"))
compiler = typst.Compiler(pathlib.Path(template), font_paths=[fonts], ignore_system_fonts=True)


def document(blank):
    return compiler.compile(
        format="pdf", sys_inputs=blank, pdf_standards="a-2b", timestamp=1795000000, pdf_tags=False
    )


first = document(blanks[0])
if len(sys.argv) > 4:
    pathlib.Path(sys.argv[4]).write_bytes(first)
print(len(first), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for blank in blanks:
        document(blank)
    print(time.perf_counter() - start, flush=True)
