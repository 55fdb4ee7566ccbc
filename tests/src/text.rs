//! Small things about text that a terminal or a reader sees.

/// `text` without the escape sequences that colour a terminal.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        // ESC [ parameters, ended by a letter.
        if characters.next() == Some('[') {
            for parameter in characters.by_ref() {
                if parameter.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    plain
}

/// The first line of `text` that holds something, cut to at most `width` characters.
pub fn first_line(text: &str, width: usize) -> String {
    let line =
        text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(width) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_removed_and_brackets_kept() {
        assert_eq!(plain("\u{1b}[91merror\u{1b}[0m: x[0]"), "error: x[0]");
        assert_eq!(plain("\u{1b}[38;5;12mblue"), "blue");
    }

    #[test]
    fn a_first_line_is_cut_between_characters() {
        assert_eq!(first_line("\n  a\nb", 5), "a");
        assert_eq!(first_line("τττττ", 3), "τττ...");
    }
}
