//! The process that loads a vendor's PKCS#11 module, and nothing else.

fn main() {}
