//! Big-endian numbers, and arithmetic modulo one of them.
//!
//! Whoever calls limits the length first: a modulus of 250 KB takes minutes, and exhausts the stack.

use crypto_bigint::{
    BoxedUint,
    modular::{BoxedMontyForm, BoxedMontyParams},
};

/// Montgomery parameters of a big-endian odd modulus.
pub fn modulus(bytes: &[u8]) -> Option<BoxedMontyParams> {
    let precision = u32::try_from(bytes.len() * 8).ok()?.next_multiple_of(64);
    let odd = BoxedUint::from_be_slice(bytes, precision).ok()?.to_odd().into_option()?;
    Some(BoxedMontyParams::new_vartime(odd))
}

/// A big-endian number without leading zeros.
pub fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// A big-endian number below the modulus, else `None`.
pub fn residue(bytes: &[u8], modulus: &BoxedMontyParams) -> Option<BoxedMontyForm> {
    let value = BoxedUint::from_be_slice(bytes, modulus.bits_precision()).ok()?;
    (value < *modulus.modulus().as_ref()).then(|| BoxedMontyForm::new(value, modulus))
}

/// A big-endian number of any length, reduced.
pub fn reduced(bytes: &[u8], modulus: &BoxedMontyParams) -> Option<BoxedMontyForm> {
    let precision = u32::try_from(bytes.len() * 8).ok()?.next_multiple_of(64);
    let value = BoxedUint::from_be_slice(bytes, precision.max(modulus.bits_precision())).ok()?;
    Some(BoxedMontyForm::new(value.rem(modulus.modulus().as_nz_ref()), modulus))
}
