//! The one way to the standard output and the standard error, of which neither may be
//! there any more: `println!` and `eprintln!` panic then.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Prints a line that somebody asked for. Whoever has read enough and gone away
/// (`| head`) misses nothing.
///
/// # Errors
/// One line, where it cannot be written, as on a full disk.
pub fn print(line: impl Display) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("Cannot write to the standard output: {error}."))
        }
        _ => Ok(()),
    }
}

/// Prints a line that is no more than news of what is done already: without it all is as
/// it should be.
pub fn mention(line: impl Display) {
    // Nobody is there to be told.
    let _ = print(line);
}

/// Tells a line on the standard error, where there is one.
pub fn tell(line: impl Display) {
    // There is no other place to say that this one is gone.
    let _ = writeln!(io::stderr().lock(), "{line}");
}
