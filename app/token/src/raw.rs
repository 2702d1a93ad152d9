//! The one PKCS#11 call that cryptoki does not offer: `C_Sign` by itself.
//!
//! A key with `CKA_ALWAYS_AUTHENTICATE` wants its PIN between `C_SignInit` and `C_Sign`, with nothing else
//! between (PKCS#11 2.40, 4.9); cryptoki's `sign` makes both calls in one.
#![allow(unsafe_code)]

use std::{path::Path, ptr};

use cryptoki::session::Session;
use cryptoki_sys::{
    CK_FUNCTION_LIST, CK_RV, CK_ULONG, CKR_DEVICE_REMOVED, CKR_OK, CKR_PIN_INCORRECT,
    CKR_PIN_LOCKED, CKR_SESSION_CLOSED, CKR_SESSION_HANDLE_INVALID, CKR_TOKEN_NOT_PRESENT,
    CKR_USER_NOT_LOGGED_IN, Pkcs11,
};
use token::wire::{Fault, PinState};

/// Longest signature: RSA-8192.
const LONGEST: usize = 1024;

/// The module's function table.
pub struct Calls {
    /// Keeps the table's memory.
    _library: Pkcs11,
    table: *const CK_FUNCTION_LIST,
}

impl Calls {
    /// Of a module that cryptoki has loaded and initialised already: loading again gives the same one.
    pub fn of(module: &Path) -> Option<Self> {
        // SAFETY: the library is a PKCS#11 module; loading runs the same code that cryptoki's loading ran.
        let library = unsafe { Pkcs11::new(module) }.ok()?;
        let mut table: *mut CK_FUNCTION_LIST = ptr::null_mut();
        library.C_GetFunctionList.as_ref().ok()?;
        // SAFETY: the symbol is there, and PKCS#11 gives it this type.
        let result = unsafe { library.C_GetFunctionList(&mut table) };
        (result == CKR_OK && !table.is_null()).then_some(Self { _library: library, table })
    }

    /// Ends the operation that was begun in `session`.
    pub fn sign(&self, session: &Session, data: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut data = data.to_vec();
        let mut signature = vec![0u8; LONGEST];
        let mut length = LONGEST as CK_ULONG;
        // SAFETY: the table stays valid while the library is loaded.
        let sign = unsafe { (*self.table).C_Sign }.ok_or(Fault::Module("C_Sign".into()))?;
        // SAFETY: both buffers live through the call, with their true lengths beside them.
        let result = unsafe {
            sign(
                session.handle(),
                data.as_mut_ptr(),
                data.len() as CK_ULONG,
                signature.as_mut_ptr(),
                &mut length,
            )
        };
        if result != CKR_OK {
            return Err(fault_of(result));
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= LONGEST);
        signature.truncate(length.ok_or(Fault::Nonsense)?);
        Ok(signature)
    }
}

/// What a return value means.
fn fault_of(result: CK_RV) -> Fault {
    match result {
        CKR_PIN_INCORRECT => Fault::WrongPin(PinState::Low),
        CKR_PIN_LOCKED => Fault::Locked,
        CKR_USER_NOT_LOGGED_IN => Fault::NotLoggedIn,
        CKR_TOKEN_NOT_PRESENT
        | CKR_DEVICE_REMOVED
        | CKR_SESSION_CLOSED
        | CKR_SESSION_HANDLE_INVALID => Fault::Gone,
        other => Fault::Module(format!("0x{other:X}")),
    }
}
