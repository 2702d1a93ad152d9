//! eform
