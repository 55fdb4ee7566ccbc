//! The modules of the course as files: the two notebooks of each, and how to name one.

use std::fs;
use std::path::Path;

/// Which of a module's two notebooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// `solutions/`: everything answered.
    Solutions,
    /// `notebooks/`: the exercises and quizzes are still to do.
    Notebooks,
}

impl Edition {
    /// Both of them.
    pub const BOTH: [Edition; 2] = [Edition::Solutions, Edition::Notebooks];

    /// The name of the folder.
    pub fn name(self) -> &'static str {
        match self {
            Edition::Solutions => "solutions",
            Edition::Notebooks => "notebooks",
        }
    }
}

/// The stems of all files with this extension in a folder of the course, sorted; none if there is no such folder.
///
/// # Errors
///
/// If the folder cannot be read.
pub fn stems(root: &Path, folder: &str, extension: &str) -> Result<Vec<String>, String> {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(format!("{folder}: {e}")),
    };
    let mut stems = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| format!("{folder}: {e}"))?.path();
        if path.extension().is_some_and(|e| e == extension)
            && let Some(stem) = path.file_stem().and_then(|s| s.to_str())
        {
            stems.push(stem.to_string());
        }
    }
    stems.sort();
    Ok(stems)
}

/// The modules that somebody asked for, such as `9`, `09` or `09_first_aif_agent`, each once, in order;
/// all that are known if nothing was asked.
///
/// # Errors
///
/// If one is not known.
pub fn choose(known: &[String], wanted: &[String]) -> Result<Vec<String>, String> {
    if wanted.is_empty() {
        return Ok(known.to_vec());
    }
    let find = |want: &String| {
        let number = format!("{want:0>2}");
        let is = |stem: &&String| *stem == want || stem.split('_').next() == Some(&number);
        known.iter().find(is).cloned().ok_or_else(|| {
            format!("there is no module {want:?}; there are {}", known.join(", "))
        })
    };
    let mut chosen = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    chosen.sort();
    chosen.dedup();
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(wanted: &[&str]) -> Result<Vec<String>, String> {
        let texts =
            |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        choose(&texts(&["09_first", "10_second", "A1_glossary"]), &texts(wanted))
    }

    #[test]
    fn a_module_goes_by_its_number_or_its_name() {
        for name in ["9", "09", "09_first"] {
            assert_eq!(asked(&[name]).unwrap(), ["09_first"], "{name}");
        }
        assert_eq!(
            asked(&["A1", "10", "10_second"]).unwrap(),
            ["10_second", "A1_glossary"]
        );
        assert_eq!(asked(&[]).unwrap().len(), 3);
    }

    #[test]
    fn an_unknown_module_is_told_what_there_is() {
        for name in ["1", "9_first", "first", "_", "90"] {
            let told = asked(&["9", name]).unwrap_err();
            let all = "there are 09_first, 10_second, A1_glossary";
            assert_eq!(told, format!("there is no module {name:?}; {all}"));
        }
    }
}
