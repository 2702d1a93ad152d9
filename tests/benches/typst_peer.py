"""Sets the receipts with typst in one process, fonts loaded once: the peer of reports/examples/bench.rs.

Arguments: folder of the fonts, file of people (JSON), optionally a file for the first page. Each line on standard input sets all of them to
PDF/A-2b in memory and prints the seconds it took; the first line printed is a page's size in bytes.
"""

import json
import pathlib
import sys
import time

import typst

fonts, people = sys.argv[1:3]
people = json.loads(pathlib.Path(people).read_text(encoding="utf-8"))
page = pathlib.Path(__file__).with_name("receipt.typ")
compiler = typst.Compiler(page, font_paths=[fonts], ignore_system_fonts=True)


def receipt(person):
    return compiler.compile(
        format="pdf", sys_inputs=person, pdf_standards="a-2b", timestamp=1795000000, pdf_tags=False
    )


first = receipt(people[0])
if len(sys.argv) > 3:
    pathlib.Path(sys.argv[3]).write_bytes(first)
print(len(first), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for person in people:
        receipt(person)
    print(time.perf_counter() - start, flush=True)
