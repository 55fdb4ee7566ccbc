//! A claim proves something only if its condition could have been false.
//!
//! It must depend on something computed (a part of it, between `&&`, may be arithmetic by hand), and no part may compare a
//! thing with itself. A number in the sentence that the cell does not hold is worth a look: `course build --warnings` lists those.

use std::collections::HashSet;
use std::sync::LazyLock;

use proc_macro2::TokenTree;
use quote::ToTokens as _;
use regex::Regex;
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprBinary, ExprCall, ExprPath, Lit, Local, Pat, Stmt};

use super::Problem;
use super::source::Cell;
use crate::native::is_claim;

/// What is wrong with the claims of a module, and what may be.
pub fn judge(cells: &[Cell], problems: &mut Vec<Problem>, warnings: &mut Vec<Problem>) {
    let mut fixed = Fixed::default();
    for cell in cells.iter().filter(|cell| cell.is_code()) {
        // What is no Rust, such as an order to the kernel, is for the kernel to judge.
        let Ok(statements) = Block::parse_within.parse_str(&cell.text) else { continue };
        statements.iter().for_each(|statement| fixed.visit_stmt(statement));
        for (line, text) in std::mem::take(&mut fixed.faults) {
            problems.push(Problem::new(cell.line + line - 1, text));
        }
        for (line, sentence) in std::mem::take(&mut fixed.sentences) {
            let held = literals(&statements);
            let missing: Vec<&str> =
                numbers(&sentence).into_iter().filter(|n| !is_held(n, &held)).collect();
            if !missing.is_empty() {
                let text =
                    format!("the sentence has {}, its cell does not", missing.join(", "));
                warnings.push(Problem::new(cell.line + line - 1, text));
            }
        }
    }
}

/// Walks the cells, knows the names that were only written down, and looks at each claim.
#[derive(Default)]
struct Fixed {
    names: HashSet<String>,
    faults: Vec<(usize, String)>,
    sentences: Vec<(usize, String)>,
}

impl<'ast> Visit<'ast> for Fixed {
    fn visit_local(&mut self, local: &'ast Local) {
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        if let (Pat::Ident(name), Some(init)) = (pattern, &local.init) {
            let fixed = name.mutability.is_none() && !self.is_computed(&init.expr);
            let name = name.ident.to_string();
            if fixed {
                self.names.insert(name)
            } else {
                self.names.remove(&name)
            };
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if is_claim(call) {
            if let Some(Expr::Lit(sentence)) = call.args.first()
                && let Lit::Str(text) = &sentence.lit
            {
                self.sentences.push((text.span().start().line, text.value()));
            }
            if let Some(condition) = call.args.get(1) {
                if !self.is_computed(condition) {
                    let cure = "let it rest on something that is computed";
                    let text =
                        format!("this claim's condition cannot be otherwise; {cure}");
                    self.faults.push((condition.span().start().line, text));
                }
                let mut twins = Twins(Vec::new());
                twins.visit_expr(condition);
                for (line, twin) in twins.0 {
                    let cure = "compare it with something else";
                    let text = format!("this claim compares `{twin}` with itself; {cure}");
                    self.faults.push((line, text));
                }
            }
        }
        visit::visit_expr_call(self, call);
    }
}

impl Fixed {
    /// Whether an expression depends on more than what is written down.
    fn is_computed(&self, expr: &Expr) -> bool {
        let mut search = Computed { fixed: &self.names, found: false };
        search.visit_expr(expr);
        search.found
    }
}

/// Looks for a call of a function, or a name that is not fixed.
struct Computed<'a> {
    fixed: &'a HashSet<String>,
    found: bool,
}

impl<'ast> Visit<'ast> for Computed<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let Some(last) = path.path.segments.last() else { return };
        let name = last.ident.to_string();
        // A type, a variant or a constant begins with a capital letter.
        let fixed = name.starts_with(char::is_uppercase)
            || (path.path.segments.len() == 1 && self.fixed.contains(&name));
        self.found |= !fixed;
    }

    // Also `format!("{steps}")`.
    fn visit_macro(&mut self, makes: &'ast syn::Macro) {
        self.found |=
            makes.tokens.to_string().split(|c: char| !c.is_alphanumeric() && c != '_').any(
                |word| {
                    word.starts_with(|c: char| c.is_lowercase() || c == '_')
                        && !self.fixed.contains(word)
                },
            );
    }
}

/// Looks for `x == x` and its like.
struct Twins(Vec<(usize, String)>);

impl<'ast> Visit<'ast> for Twins {
    fn visit_expr_binary(&mut self, two: &'ast ExprBinary) {
        use BinOp::{Div, Eq, Ge, Gt, Le, Lt, Ne, Sub};
        let compares = matches!(
            two.op,
            Eq(_) | Ge(_) | Gt(_) | Le(_) | Lt(_) | Ne(_) | Sub(_) | Div(_)
        );
        let [left, right] =
            [&two.left, &two.right].map(|side| side.to_token_stream().to_string());
        if compares && left == right {
            self.0.push((two.span().start().line, left));
        }
        visit::visit_expr_binary(self, two);
    }
}

/// The numbers in a sentence, as they are written.
fn numbers(sentence: &str) -> Vec<&str> {
    // Not those that name something: "FI 4" is one, "Exercise 9.2" and "day 11" are not told apart from it.
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:\d[\d,]*)?(?:\.\d+)|\d[\d,]*").expect("a pattern")
    });
    NUMBER.find_iter(sentence).map(|found| found.as_str().trim_end_matches(',')).collect()
}

/// The numbers that are written in the code of a cell.
fn literals(statements: &[Stmt]) -> Vec<f64> {
    fn collect(tokens: proc_macro2::TokenStream, held: &mut Vec<f64>) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => collect(group.stream(), held),
                TokenTree::Literal(literal) => match Lit::new(literal) {
                    Lit::Int(n) => held.extend(n.base10_parse::<f64>()),
                    Lit::Float(x) => held.extend(x.base10_parse::<f64>()),
                    _ => {}
                },
                _ => {}
            }
        }
    }
    let mut held = Vec::new();
    statements.iter().for_each(|statement| collect(statement.to_token_stream(), &mut held));
    held
}

/// Whether a number of a sentence stands in the code: as it is, as a share of a hundred, or as an index (day 11 is `[10]`).
/// The library's intervals are of 95 %.
fn is_held(number: &str, held: &[f64]) -> bool {
    let Ok(x) = number.replace(',', "").parse::<f64>() else { return true };
    let forms = [x, x / 100.0, 1.0 - x / 100.0, x - 1.0];
    x == 95.0 || held.iter().any(|h| forms.iter().any(|form| (form - h).abs() < 1e-12))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::source::Kind;

    fn judged(cells: &[&str]) -> (Vec<String>, Vec<String>) {
        let cell = |text: &&str| Cell {
            line: 10,
            text: (*text).into(),
            kind: Kind::Code { options: vec![] },
        };
        let cells: Vec<Cell> = cells.iter().map(cell).collect();
        let (mut problems, mut warnings) = (Vec::new(), Vec::new());
        judge(&cells, &mut problems, &mut warnings);
        let told = |list: Vec<Problem>| {
            list.iter().map(|p| format!("{}: {}", p.line, p.text)).collect()
        };
        (told(problems), told(warnings))
    }

    #[test]
    fn a_condition_that_nothing_can_change_is_refused() {
        for condition in [
            "true",
            "1 + 1 == 2",
            "x == 3",
            "!false",
            "E > 2.0",
            "x > 2 && true",
            "[1, 2].len() == 2",
        ] {
            let claim = format!("claim(\"s\",\n{condition})");
            let (problems, _) = judged(&["let x = 3;", &claim]);
            assert_eq!(problems.len(), 1, "{condition}: {problems:?}");
            assert!(
                problems[0].starts_with("11: ")
                    && problems[0].contains("cannot be otherwise")
            );
        }
        for condition in [
            "f(1) == 2",
            "y == 3",
            "x == y",
            "v.iter().all(|a| *a > 2)",
            "c == 1",
            "matches!(y, 3)",
            "format!(\"{y}\") == E",
        ] {
            let claim = format!("claim(\"s\", {condition})");
            let cells = ["let x = 3; let y = f(x); let mut c = 0;", "c += f(2);", &claim];
            assert_eq!(judged(&cells).0, [""; 0], "{condition}");
        }
        // The name is bound anew.
        assert_eq!(
            judged(&["let x = 3;", "let x = f(1);", "claim(\"s\", x == 3)"]).0,
            [""; 0]
        );
    }

    #[test]
    fn a_thing_compared_with_itself_is_refused() {
        for condition in [
            "y == y",
            "f(1) && v[0].mean <= v[0].mean",
            "(y - y).abs() < 1e-9",
            "a.all(|i| v[i] >= v[i])",
        ] {
            let (problems, _) =
                judged(&[&format!("{{\n    claim(\"s\", {condition})\n}}")]);
            assert_eq!(problems.len(), 1, "{condition}");
            assert!(problems[0].starts_with("11: this claim compares"), "{problems:?}");
        }
        assert_eq!(judged(&["claim(\"s\", v[0] <= v[1])"]).0, [""; 0]);
    }

    #[test]
    fn a_number_that_only_the_sentence_has_is_a_warning() {
        let warned = |sentence: &str| {
            judged(&[&format!("claim(\"{sentence}\", y.contains(&0.05) && n == 1_400)")]).1
        };
        assert_eq!(
            warned("It is .05, or 5 %, or the 95 % interval of 1,400 walks."),
            [""; 0]
        );
        assert_eq!(warned("On day 1,401."), [""; 0]);
        assert_eq!(
            warned("It is .06 of 20."),
            ["10: the sentence has .06, 20, its cell does not"]
        );
    }
}
