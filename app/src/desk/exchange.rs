//! Exchange with the national portal: comes with its schema.
