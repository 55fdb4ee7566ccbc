//! `course doctor`: what is missing or too old, and the command that mends it.

/// Placeholder
pub fn doctor() -> anyhow::Result<bool> {
    Ok(true)
}
