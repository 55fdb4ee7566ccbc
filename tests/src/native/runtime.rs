//! What the cells of a module are run with, when they are one program. Made by `course`, see tests/src/native.rs.

/// Says which cell begins.
pub fn cell(id: &str) {
    println!("COURSE_CELL {id}");
}

/// A part of a claim's condition that does not hold, and what it compares.
pub fn why(part: &str, numbers: &str) {
    let numbers: String = numbers.chars().take(300).collect();
    println!("COURSE_WHY {part}{}{numbers}", if numbers.is_empty() { "" } else { ": " });
}

/// A part of a claim's condition, and what it is about.
#[macro_export]
macro_rules! part {
    ($text:literal, ($($place:expr)?), $holds:expr) => {{
        let holds: bool = $holds;
        if !holds {
            #[allow(unused_mut)]
            let mut numbers = String::new();
            $(numbers = format!("{:?}", &$place);)?
            $crate::why($text, &numbers);
        }
        holds
    }};
}

/// A part of a claim's condition that compares two values.
#[macro_export]
macro_rules! compared {
    ($text:literal, $left:expr, $op:tt, $right:expr) => {
        match (&$left, &$right) {
            (left, right) => {
                let holds = *left $op *right;
                if !holds {
                    $crate::why($text, &format!("{left:?} and {right:?}"));
                }
                holds
            }
        }
    };
}
