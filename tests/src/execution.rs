//! What became of one cell, as the client saw it and the judge judges it.

use nbformat::v4::Output;

/// What became of one cell.
#[derive(Debug, Default)]
pub struct Execution {
    /// What the cell showed.
    pub outputs: Vec<Output>,
    /// From the request to the kernel's answer that it is done.
    pub seconds: f64,
    /// Whether the kernel answered with an error.
    pub refused: bool,
    /// What stopped or disturbed the conversation with the kernel, if anything did.
    pub fault: Option<String>,
    /// Whether the kernel can take another cell.
    pub alive: bool,
}
