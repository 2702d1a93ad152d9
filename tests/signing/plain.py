"""PDFs without a signature, of several makers' shapes, written byte by byte."""

import zlib


def stream(data, extra=b""):
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def content(words):
    return b"BT /F1 18 Tf 72 720 Td (%s) Tj ET" % words


def objects(pages=1, extra_catalog=b"", extra=None, page_extra=b""):
    """Numbered objects of a document: 1 catalog, 2 pages, 3 font, 4 outlines' place, then page and content by turns."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(pages))
    out = {
        1: b"<< /Type /Catalog /Pages 2 0 R%s >>" % extra_catalog,
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: b"<< /Title (Mau) /Producer (thu nghiem) /ModDate (D:20260101000000Z) >>",
    }
    for n in range(pages):
        out[10 + 2 * n] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R%s >>" % (11 + 2 * n, page_extra)
        out[11 + 2 * n] = stream(content(b"Trang %d: so tien 1.000.000 dong" % (n + 1)))
    out.update(extra or {})
    return out


def body(objs, start):
    """The objects' bytes and their places."""
    out, places = b"", {}
    for number, value in sorted(objs.items()):
        places[number] = start + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    return out, places


def table(places, trailer, at, free=True):
    """A cross-reference table, its trailer and the end of a revision."""
    out = b"xref\n"
    rows = dict(places)
    if free:
        rows[0] = None
    run = []
    for number in sorted(rows) + [None]:
        if run and (number is None or number != run[-1] + 1):
            out += b"%d %d\n" % (run[0], len(run))
            for one in run:
                out += b"0000000000 65535 f \n" if rows[one] is None else b"%010d 00000 n \n" % rows[one]
            run = []
        if number is not None:
            run.append(number)
    return out + b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, at)


def classic(objs=None, version=b"1.7", info=True):
    objs = objs or objects()
    head = b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version
    data, places = body(objs, len(head))
    at = len(head) + len(data)
    extra = b" /Info 4 0 R" if info else b""
    return head + data + table(places, b"/Size %d /Root 1 0 R%s /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]" % (max(objs) + 1, extra), at)


def rows(places, packed, size):
    out = b""
    for number in range(size):
        if number in places:
            out += b"\x01" + places[number].to_bytes(4, "big") + b"\0\0"
        elif number in packed:
            out += b"\x02" + packed[number][0].to_bytes(4, "big") + packed[number][1].to_bytes(2, "big")
        else:
            out += b"\0\0\0\0\0\xff\xff"
    return out


def object_streams(objs=None):
    """All but streams in one object stream, with a cross-reference stream."""
    objs = objs or objects()
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    loose = {n: v for n, v in objs.items() if b"stream\n" in v}
    inside = sorted(n for n in objs if n not in loose)
    number = max(objs) + 1
    index, data = b"", b""
    for one in inside:
        index += b"%d %d " % (one, len(data))
        data += objs[one] + b"\n"
    packed = zlib.compress(index + data)
    loose[number] = stream(packed, b" /Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(inside), len(index)))
    text, places = body(loose, len(head))
    at = len(head) + len(text)
    places[number + 1] = at
    table_rows = rows(places, {one: (number, n) for n, one in enumerate(inside)}, number + 2)
    table_stream = stream(table_rows, b" /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Info 4 0 R" % (number + 2))
    return head + text + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number + 1, table_stream, at)


def hybrid(objs=None):
    """A table for old readers, and a stream beside it that tells of the objects in an object stream."""
    objs = objs or objects()
    head = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
    hidden = [3, 4]
    number = max(objs) + 1
    index, data = b"", b""
    for one in hidden:
        index += b"%d %d " % (one, len(data))
        data += objs[one] + b"\n"
    loose = {n: v for n, v in objs.items() if n not in hidden}
    loose[number] = stream(index + data, b" /Type /ObjStm /N 2 /First %d" % len(index))
    text, places = body(loose, len(head))
    beside = len(head) + len(text)
    table_rows = b"".join(b"\x02" + number.to_bytes(4, "big") + n.to_bytes(2, "big") for n in range(2))
    text += b"%d 0 obj\n%s\nendobj\n" % (number + 1, stream(table_rows, b" /Type /XRef /Size %d /Index [3 2] /W [1 4 2] /Root 1 0 R" % (number + 2)))
    at = len(head) + len(text)
    return head + text + table(places, b"/Size %d /Root 1 0 R /Info 4 0 R /XRefStm %d" % (number + 2, beside), at)


def form(extra_fields=b""):
    """A page with two text fields and an empty signature field."""
    extra = {
        30: b"<< /FT /Tx /Type /Annot /Subtype /Widget /T (ten) /Rect [72 600 300 620] /P 10 0 R /V (cu) >>",
        31: b"<< /FT /Tx /Type /Annot /Subtype /Widget /T (so) /Rect [72 560 300 580] /P 10 0 R >>",
        32: b"<< /FT /Sig /Type /Annot /Subtype /Widget /T (Ky1) /Rect [72 100 250 150] /P 10 0 R /F 4 >>",
        33: b"<< /Fields [30 0 R 31 0 R 32 0 R%s] /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 3 0 R >> >> >>" % extra_fields,
    }
    return objects(extra_catalog=b" /AcroForm 33 0 R", extra=extra, page_extra=b" /Annots [30 0 R 31 0 R 32 0 R]")


def update(pdf, objs, trailer=b"", root=b"1 0 R", free=(), previous=None):
    """A well-formed incremental update with a table."""
    if not pdf.endswith(b"\n"):
        pdf += b"\n"
    data, places = body(objs, len(pdf))
    for one in free:
        places[one] = None
    previous = last_table(pdf) if previous is None else previous
    at = len(pdf) + len(data)
    size = max([*places, size_of(pdf) - 1]) + 1
    info = b" /Info 4 0 R" if b"/Info 4 0 R" in pdf else b""
    return pdf + data + table(places, b"/Size %d /Root %s%s /Prev %d%s" % (size, root, info, previous, trailer), at, free=False)


def last_table(pdf):
    return int(pdf[pdf.rindex(b"startxref") + 9:].split()[0])


def size_of(pdf):
    return int(pdf[pdf.rindex(b"/Size ") + 6:].split()[0].rstrip(b"/>"))
