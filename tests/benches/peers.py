"""Other readers of QR codes, for the benchmark: pictures come in, texts and times go out.

In: width, height, rounds as little-endian u32, then the grey pixels. Out, for each reader: its name, the
median of its rounds in nanoseconds and the texts in hex, separated by tabs; then an empty line.
Only the decoding of pixels in memory is timed, on one thread.
"""

import ctypes
import statistics
import struct
import sys
import time

import cv2
import numpy
import zxingcpp

cv2.setNumThreads(1)

zbar = ctypes.CDLL("libzbar.so.0")
for name in ["zbar_image_scanner_create", "zbar_image_create", "zbar_image_first_symbol", "zbar_symbol_next", "zbar_symbol_get_data"]:
    getattr(zbar, name).restype = ctypes.c_void_p
QRCODE, ENABLE, BINARY = 64, 0, 4
scanner = ctypes.c_void_p(zbar.zbar_image_scanner_create())
zbar.zbar_image_scanner_set_config(scanner, 0, ENABLE, 0)
zbar.zbar_image_scanner_set_config(scanner, QRCODE, ENABLE, 1)
zbar.zbar_image_scanner_set_config(scanner, QRCODE, BINARY, 1)


def by_zbar(pixels):
    height, width = pixels.shape
    image = ctypes.c_void_p(zbar.zbar_image_create())
    zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b"Y800", "little")))
    zbar.zbar_image_set_size(image, width, height)
    zbar.zbar_image_set_data(image, ctypes.c_void_p(pixels.ctypes.data), ctypes.c_ulong(width * height), None)
    zbar.zbar_scan_image(scanner, image)
    texts = []
    symbol = zbar.zbar_image_first_symbol(image)
    while symbol:
        symbol = ctypes.c_void_p(symbol)
        length = zbar.zbar_symbol_get_data_length(symbol)
        texts.append(ctypes.string_at(zbar.zbar_symbol_get_data(symbol), length))
        symbol = zbar.zbar_symbol_next(symbol)
    zbar.zbar_image_destroy(image)
    return texts


def by_zxing(pixels):
    codes = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.bytes for code in codes]


def by_opencv(detector):
    def read(pixels):
        try:
            text, _, _ = detector.detectAndDecode(pixels)
        except (cv2.error, UnicodeDecodeError):
            return []
        return [text if isinstance(text, bytes) else text.encode()] if text else []

    return read


READERS = {
    "zxing-cpp": by_zxing,
    "zbar": by_zbar,
    "OpenCV": by_opencv(cv2.QRCodeDetector()),
    "OpenCV Aruco": by_opencv(cv2.QRCodeDetectorAruco()),
}

while header := sys.stdin.buffer.read(12):
    width, height, rounds = struct.unpack("<III", header)
    pixels = numpy.frombuffer(sys.stdin.buffer.read(width * height), numpy.uint8).reshape(height, width).copy()
    for name, read in READERS.items():
        times = []
        for _ in range(rounds):
            start = time.perf_counter_ns()
            texts = read(pixels)
            times.append(time.perf_counter_ns() - start)
        print(name, int(statistics.median(times)), *(text.hex() for text in texts), sep="\t")
    print(flush=True)
