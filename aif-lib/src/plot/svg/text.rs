//! Numbers and words as a reader wants them, and how much room they take.

/// A coordinate with at most one decimal.
pub(crate) fn number(x: f64) -> String {
    debug_assert!(x.is_finite(), "a coordinate must be a number, not {x}");
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.into() }
}

/// About how wide a text is: the browser chooses the font, so this leans to the wide side.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' => 0.32,
            ' ' | 'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' => 0.4,
            'm' | 'w' | 'M' | 'W' | '—' => 0.95,
            '0'..='9' => 0.62,
            c if c.is_uppercase() => 0.72,
            c if (c as u32) > 0x2e7f => 1.0,
            _ => 0.6,
        })
        .sum();
    em * size
}

/// A text broken at spaces into lines of at most this width; a longer word stands alone.
pub(crate) fn wrap(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("never empty");
        if line.is_empty() {
            line.push_str(word);
        } else if text_width(line, size) + text_width(word, size) + 0.4 * size <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}

/// A number as a reader wants it: few digits, a true minus sign.
pub(crate) fn pretty(x: f64) -> String {
    // What rounding leaves of a zero is a zero.
    let x = if x.abs() < 5e-15 { 0.0 } else { x };
    let size = x.abs();
    let text = if x == f64::INFINITY {
        "∞".into()
    } else if x == f64::NEG_INFINITY {
        "-∞".into()
    } else if size != 0.0 && !(1e-3..1e6).contains(&size) {
        let text = format!("{x:.1e}");
        text.replace(".0e", "e")
    } else if size >= 100.0 {
        trim(format!("{x:.1}"))
    } else {
        trim(format!("{x:.3}"))
    };
    text.replace('-', "−")
}

/// Numbers that are read together: each with as many decimals as the one that needs most.
pub(crate) fn aligned(values: &[f64]) -> Vec<String> {
    let one_by_one: Vec<String> = values.iter().map(|v| pretty(*v)).collect();
    if one_by_one.iter().any(|text| text.contains('e')) {
        return one_by_one;
    }
    let decimals =
        |text: &String| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let most = one_by_one.iter().map(decimals).max().unwrap_or(0);
    let write = |(text, v): (String, &f64)| {
        if !v.is_finite() {
            return text;
        }
        let text = format!("{v:.most$}");
        let zero = text.chars().all(|c| "-0.".contains(c));
        if zero { text.replace('-', "") } else { text.replace('-', "−") }
    };
    one_by_one.into_iter().zip(values).map(write).collect()
}

/// A power of ten, as the labels of a logarithmic axis are written.
pub(crate) fn power_of_ten(exponent: f64) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        c => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10).unwrap_or(0) as usize).unwrap_or('⁰'),
    };
    format!("10{}", format!("{exponent:.0}").chars().map(digit).collect::<String>())
}

fn trim(text: String) -> String {
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_readers() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1e-17, "0"),
            (-1.386294, "−1.386"),
            (0.5, "0.5"),
            (1234.56, "1234.6"),
            (2_000_000.0, "2e6"),
            (1.5e-7, "1.5e−7"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(pretty(x), text);
        }
        assert_eq!(aligned(&[0.5, 0.68, 1.0, -1e-17]), ["0.50", "0.68", "1.00", "0.00"]);
        assert_eq!(aligned(&[1.0, f64::NAN, 20.0]), ["1", "NaN", "20"]);
        assert_eq!(power_of_ten(-12.0), "10⁻¹²");
    }

    #[test]
    fn long_titles_break_at_spaces_only() {
        let lines = wrap("one two three", text_width("one two", 15.0) + 8.0, 15.0);
        assert_eq!(lines, ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 5.0, 15.0), ["unbreakable"]);
    }
}
