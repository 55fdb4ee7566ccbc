//! What a cell keeps for later cells must own its data and have a type that can be named.
//!
//! The kernel says so of a variable when the cell runs, minutes after the notebook was built; compiled natively, where all cells
//! are one program, the same cell is right. So it is said here, as far as it can be seen without the compiler.

use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Local, Pat, Stmt, TypeReference};

use super::Problem;
use super::source::Cell;

/// The variables of cells that the kernel would refuse to keep.
pub fn judge(cells: &[Cell], problems: &mut Vec<Problem>) {
    let meant = |cell: &&Cell| cell.is_code() && !cell.has_tag("expect-error");
    for cell in cells.iter().filter(meant) {
        let Ok(statements) = Block::parse_within.parse_str(&cell.text) else { continue };
        for statement in &statements {
            let Stmt::Local(local) = statement else { continue };
            if let Some(text) = fault(local) {
                let line = cell.line + local.span().start().line - 1;
                problems.push(Problem::new(line, text));
            }
        }
    }
}

fn fault(local: &Local) -> Option<String> {
    let borrows =
        "a reference is not kept for later cells: keep what it refers to, or a copy";
    if let Pat::Type(typed) = &local.pat {
        let mut found = Borrowed(false);
        found.visit_type(&typed.ty);
        if found.0 {
            return Some(borrows.into());
        }
    }
    let value = &*local.init.as_ref()?.expr;
    if matches!(value, Expr::Closure(_)) {
        return Some("a closure is not kept for later cells: write a function, or put all that needs it into one expression".into());
    }
    lends(value).then(|| borrows.into())
}

/// Whether a value is a reference to a variable, or is made of such.
fn lends(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => lends(&inner.expr),
        Expr::Array(list) => list.elems.iter().any(lends),
        Expr::Tuple(list) => list.elems.iter().any(lends),
        Expr::Reference(reference) => {
            !matches!(&*reference.expr, Expr::Lit(_) | Expr::Array(_))
        }
        _ => false,
    }
}

/// Looks for a reference that need not live for ever.
struct Borrowed(bool);

impl<'ast> Visit<'ast> for Borrowed {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        let lasts = reference.lifetime.as_ref().is_some_and(|life| life.ident == "static");
        self.0 |= !lasts;
        visit::visit_type_reference(self, reference);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::source::Kind;

    fn judged(text: &str) -> Vec<String> {
        let kind = Kind::Code { options: vec![] };
        let mut problems = Vec::new();
        judge(&[Cell { line: 10, text: text.into(), kind }], &mut problems);
        problems.iter().map(|p| format!("{}: {}", p.line, p.text)).collect()
    }

    #[test]
    fn what_the_kernel_cannot_keep_is_refused() {
        for (text, word) in [
            ("let a = 1;\nlet f = |x: f64| x + 1.0;", "closure"),
            ("let a = 1;\nlet part = &all[..8];", "reference"),
            ("let a = 1;\nlet (one, two) = (&all[..8], 3);", "reference"),
            ("let a = 1;\nlet some: Vec<&Decoded> = all.iter().collect();", "reference"),
        ] {
            let found = judged(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with("11: ") && found[0].contains(word), "{found:?}");
        }
        for text in [
            "{ let f = |x: f64| x + 1.0; f(2.0) }",
            "fn f() { let part = &all[..8]; part.len() }",
            "let names: [&'static str; 2] = [\"a\", \"b\"];",
            "let some = all.iter().map(|x| &x.0).cloned().collect::<Vec<_>>();",
            "let steps = &[1, 2];",
        ] {
            assert_eq!(judged(text), [""; 0], "{text}");
        }
    }
}
