//! One experiment on many machines: its runs are split by index, each part becomes lines of JSON, and the parts are put together.
//!
//! Run i draws from streams of its own ([`stream`]), so it comes out the same wherever it runs and whoever runs beside it. An
//! engine that others wrote (Dask, Slurm) does the rest: it only has to start the parts.
//!
//! ```text
//! {"curves":["mean"],"program":"0.1.0","runs":4,"seed_shift":0,"seeds":[7],"shard":"2/2","sweep":"coin"}
//! {"run":2,"curves":[[0.0,0.5]]}
//! {"run":3,"curves":[[1.0,0.5]]}
//! ```
//! The first line says which runs follow, so that a part which was cut off is noticed. A number is written with as many digits
//! as it takes to read back the same bits.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::prob::random::{Rng, seed_shift, stream};

/// A learning curve of an experiment.
#[derive(Debug, Clone, Copy)]
pub struct Curve {
    /// Its name, as in the figure.
    pub name: &'static str,
    /// Run i has the generator `stream(seed, i)`, as in [`curves`](super::curves).
    pub seed: u64,
    /// One run.
    pub run: fn(&mut dyn Rng) -> Result<Vec<f64>>,
}

/// An experiment that has a name: some curves, run after run.
#[derive(Debug, Clone, Copy)]
pub struct Experiment {
    /// Its name.
    pub name: &'static str,
    /// What it shows, and in which module.
    pub about: &'static str,
    /// The number of runs in the module.
    pub runs: u64,
    /// Its curves.
    pub curves: &'static [Curve],
}

impl Experiment {
    /// The curves of run i.
    fn run(&self, i: u64) -> Result<Vec<Vec<f64>>> {
        let run = |curve: &Curve| {
            let points = (curve.run)(&mut stream(curve.seed, i))?;
            match points.iter().position(|point| !point.is_finite()) {
                None => Ok(points),
                Some(index) => Err(Error::BadEntry {
                    what: format!("{}, run {i}, {:?}", self.name, curve.name),
                    index,
                    value: points[index],
                    cure: "JSON has only finite numbers, so leave it out or find out where it comes from",
                }),
            }
        };
        self.curves.iter().map(run).collect()
    }
}

/// A part of the runs: the first, second, ... of so many, as `2/4`.
///
/// ```text
/// part i of n has the runs from ⌊R (i − 1) / n⌋ up to, without it, ⌊R i / n⌋
/// ```
/// Parts differ by at most one run, and each run is in exactly one.
///
/// ```
/// # use aif_lib::scale::sweep::Shard;
/// let second: Shard = "2/3".parse()?;
/// assert_eq!(second.range(10), 3..6);
/// assert_eq!(Shard::new(3, 3)?.range(10), 6..10);
/// assert!("0/3".parse::<Shard>().is_err());
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    of: u64,
}

impl Shard {
    /// All runs.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Part `index` of `of`, counted from 1.
    ///
    /// # Errors
    /// [`Error::Sweep`]: there is no such part.
    pub fn new(index: u64, of: u64) -> Result<Self> {
        if index == 0 || index > of {
            return Err(no_shard(&format!("{index}/{of}")));
        }
        Ok(Self { index, of })
    }

    /// Its part of so many runs. With more parts than runs some are empty.
    pub fn range(self, runs: u64) -> Range<u64> {
        let until = |parts: u64| (runs as u128 * parts as u128 / self.of as u128) as u64;
        until(self.index - 1)..until(self.index)
    }

    /// The part that has this run, of as many parts as this one is of.
    fn with(self, run: u64, runs: u64) -> Self {
        let mut parts = (1..=self.of).map(|index| Self { index, ..self });
        parts.find(|part| part.range(runs).contains(&run)).unwrap_or(self)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let halves = text.split_once('/');
        let numbers = halves.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let (index, of) = numbers.ok_or_else(|| no_shard(text))?;
        Self::new(index, of)
    }
}

/// Which runs, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The runs of the whole sweep; `None`: as many as in the module.
    pub runs: Option<u64>,
    /// The part of them.
    pub shard: Shard,
    /// How many runs go at once; the results are the same.
    pub jobs: usize,
    /// What computes, so that parts of different programs are not mixed.
    pub program: String,
}

impl Default for Options {
    fn default() -> Self {
        let program = env!("CARGO_PKG_VERSION").into();
        Self { runs: None, shard: Shard::WHOLE, jobs: 1, program }
    }
}

/// Runs a part of an experiment and writes its lines, each as soon as it is there.
///
/// Whoever reads them may die: then writing fails, and with it the rest of the part ends.
///
/// # Errors
/// - [`Error::Sweep`]: no runs, or more parts than runs.
/// - [`Error::File`]: the lines cannot be written.
/// - What a run ends with.
pub fn write(
    experiment: &Experiment,
    options: &Options,
    out: &mut dyn Write,
) -> Result<()> {
    let runs = options.runs.unwrap_or(experiment.runs);
    if options.shard.of > runs {
        return Err(Error::Sweep {
            place: experiment.name.into(),
            problem: format!("{runs} runs cannot be split into {} parts", options.shard.of),
            cure: "use at least one run for each part".into(),
        });
    }
    let settings = json!({
        "sweep": experiment.name,
        "program": options.program,
        "runs": runs,
        "curves": experiment.curves.iter().map(|curve| curve.name).collect::<Vec<_>>(),
        "seeds": experiment.curves.iter().map(|curve| curve.seed).collect::<Vec<_>>(),
        "seed_shift": seed_shift(),
    });
    let settings = settings.as_object().cloned().unwrap_or_default();
    let mut say = |line: &str| {
        let written = writeln!(out, "{line}").and_then(|()| out.flush());
        written.map_err(|error| Error::File {
            path: format!("the lines of {}", experiment.name),
            reason: error.to_string(),
        })
    };
    say(&header(&settings, options.shard))?;
    let (range, jobs) = (options.shard.range(runs), options.jobs.max(1));
    for from in range.clone().step_by(jobs) {
        let now = jobs.min((range.end - from) as usize);
        for (k, done) in
            super::map(now, jobs, &|k| experiment.run(from + k)).iter().enumerate()
        {
            let curves = json!(done.as_ref().map_err(Error::clone)?);
            say(&format!("{{\"run\":{},\"curves\":{curves}}}", from + k as u64))?;
        }
    }
    Ok(())
}

/// The first line of a part. serde_json sorts the keys or keeps their order, as the crates around it ask; one program does one.
fn header(settings: &Map<String, Value>, shard: Shard) -> String {
    let mut all = settings.clone();
    all.insert("shard".into(), shard.to_string().into());
    Value::Object(all).to_string()
}

/// Runs a part of an experiment.
///
/// ```
/// # use aif_lib::scale::sweep::{self, Curve, Experiment, Lines, Options, Shard};
/// # use aif_lib::prelude::*;
/// const COIN: Experiment = Experiment {
///     name: "coin",
///     about: "how luck adds up",
///     runs: 5,
///     curves: &[Curve { name: "luck", seed: 7, run: |rng| Ok(vec![uniform01(rng)]) }],
/// };
/// let part = |i| sweep::run(&COIN, &Options { shard: Shard::new(i, 2)?, ..Default::default() });
/// let merged = Lines::merge(&[part(2)?, part(1)?])?;
/// assert_eq!(merged, sweep::run(&COIN, &Options::default())?);
/// assert_eq!(merged.curves("luck")?.concat(), population(5, 7, &|_, rng| uniform01(rng)));
/// # Ok::<(), aif_lib::Error>(())
/// ```
///
/// # Errors
/// As [`write()`].
pub fn run(experiment: &Experiment, options: &Options) -> Result<Lines> {
    let mut text = Vec::new();
    write(experiment, options, &mut text)?;
    Lines::parse(experiment.name, &String::from_utf8_lossy(&text))
}

/// The lines of a part, or of all.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Where they come from.
    file: String,
    /// The first line, without the part.
    settings: Map<String, Value>,
    runs: u64,
    shard: Shard,
    /// A line for each run, as it was written: a number that is never read is never rounded.
    lines: Vec<String>,
}

/// Equal to the last bit, wherever they come from.
impl PartialEq for Lines {
    fn eq(&self, other: &Self) -> bool {
        (&self.settings, self.shard, &self.lines)
            == (&other.settings, other.shard, &other.lines)
    }
}

/// The text of the file.
impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", header(&self.settings, self.shard))?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Lines {
    /// Reads a part.
    ///
    /// # Errors
    /// - [`Error::Unreadable`]: there is no such file.
    /// - As [`Lines::parse`].
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| Error::Unreadable {
            path: file.clone(),
            reason: error.to_string(),
            cure: "name the files that `--out` made",
        })?;
        Self::parse(&file, &text)
    }

    /// Reads the text of a part; `file` is the name that messages call it by.
    ///
    /// # Errors
    /// [`Error::Sweep`], with the line: it is cut off or damaged, or not a line of this part; or lines are missing at the end.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let wrong = |number: usize, problem: &str, shard: Option<Shard>| Error::Sweep {
            place: format!("{file}, line {number}"),
            problem: problem.into(),
            cure: match shard {
                Some(shard) => format!("run it again with --shard {shard}"),
                None => "run this part again".into(),
            },
        };
        let object =
            |number: usize, line: &str, shard: Option<Shard>| match serde_json::from_str::<
                Map<String, Value>,
            >(line)
            {
                Ok(object) => Ok(object),
                Err(error) if error.is_eof() => Err(wrong(number, "is cut off", shard)),
                Err(_) => Err(wrong(number, "is not a JSON object", shard)),
            };
        let mut lines = text.lines();
        let mut settings = object(1, lines.next().unwrap_or_default(), None)?;
        let shard = settings.remove("shard");
        let shard: Option<Shard> = shard.and_then(|shard| shard.as_str()?.parse().ok());
        let runs = settings.get("runs").and_then(Value::as_u64);
        let width = settings.get("curves").and_then(Value::as_array).map(Vec::len);
        let (Some(shard), Some(runs), Some(width)) = (shard, runs, width) else {
            return Err(wrong(1, "is not the first line of a sweep", None));
        };
        let (range, lines): (Range<u64>, Vec<&str>) = (shard.range(runs), lines.collect());
        for (k, line) in lines.iter().enumerate() {
            let (number, run) = (k + 2, range.start + k as u64);
            let fields = object(number, line, Some(shard))?;
            let is_number_list = |curve: &Value| {
                curve.as_array().is_some_and(|points| points.iter().all(Value::is_f64))
            };
            let curves = fields.get("curves").and_then(Value::as_array);
            let whole = curves.is_some_and(|curves| {
                curves.len() == width && curves.iter().all(is_number_list)
            });
            if run >= range.end {
                return Err(wrong(
                    number,
                    "comes after the last run of the part",
                    Some(shard),
                ));
            }
            if !whole || fields.get("run").and_then(Value::as_u64) != Some(run) {
                let problem = format!("is not run {run} with {width} curves");
                return Err(wrong(number, &problem, Some(shard)));
            }
        }
        if (lines.len() as u64) < range.end - range.start {
            let (next, last) = (range.start + lines.len() as u64, range.end - 1);
            let problem = format!("the file ends before {}", runs_from_to(next, last));
            return Err(wrong(lines.len() + 2, &problem, Some(shard)));
        }
        let lines = lines.into_iter().map(str::to_owned).collect();
        Ok(Self { file: file.into(), settings, runs, shard, lines })
    }

    /// Puts the parts of one sweep together, in any order; what is there twice counts once.
    ///
    /// # Errors
    /// [`Error::Sweep`]: no parts; parts of different sweeps; a run that came out differently in two parts; runs that are missing.
    pub fn merge(parts: &[Self]) -> Result<Self> {
        let wrong = |place: &str, problem: String, cure: String| {
            Err(Error::Sweep { place: place.into(), problem, cure })
        };
        let Some(first) = parts.first() else {
            return wrong("merge", "there are no parts".into(), "name their files".into());
        };
        let mut known: BTreeMap<u64, (&str, &String)> = BTreeMap::new();
        for part in parts {
            let keys = first.settings.keys().chain(part.settings.keys());
            let mut others =
                keys.filter(|key| part.settings.get(*key) != first.settings.get(*key));
            if let Some(key) = others.next() {
                let value = |part: &Self| {
                    part.settings.get(key).map_or("nothing".into(), Value::to_string)
                };
                let problem = format!(
                    "{key} is {}, and {} in {}",
                    value(part),
                    value(first),
                    first.file
                );
                let cure = "merge parts of one sweep only, all run by the same program";
                return wrong(&format!("{}, line 1", part.file), problem, cure.into());
            }
            for (run, line) in part.shard.range(part.runs).zip(&part.lines) {
                let (file, before) = known.entry(run).or_insert((&part.file, line));
                if *before != line {
                    let problem = format!("run {run} is another than in {file}");
                    let cure = "one of the two was changed, or made by another kind of machine: run both parts again on one kind";
                    return wrong(&part.file, problem, cure.into());
                }
            }
        }
        let missing: Vec<u64> =
            (0..first.runs).filter(|run| !known.contains_key(run)).collect();
        if !missing.is_empty() {
            let gaps = missing.chunk_by(|a, b| a + 1 == *b);
            let gaps: Vec<String> =
                gaps.map(|gap| runs_from_to(gap[0], gap[gap.len() - 1])).collect();
            let mut shards: Vec<String> = missing
                .iter()
                .map(|run| format!("--shard {}", first.shard.with(*run, first.runs)))
                .collect();
            shards.dedup();
            let problem = format!("lacks {} of {}", gaps.join(", "), first.runs);
            let cure = format!("run again with {}, and merge all", shards.join(", with "));
            return wrong(first.name(), problem, cure);
        }
        let lines = known.into_values().map(|(_, line)| line.clone()).collect();
        Ok(Self {
            file: "the merged parts".into(),
            shard: Shard::WHOLE,
            lines,
            ..first.clone()
        })
    }

    /// The experiment's name.
    pub fn name(&self) -> &str {
        self.settings.get("sweep").and_then(Value::as_str).unwrap_or_default()
    }

    /// One curve of each run, in the order of the runs, to the last bit. [`mean_curve`](crate::prob::stats::mean_curve) averages
    /// them.
    ///
    /// # Errors
    /// [`Error::UnknownName`]: there is no such curve.
    pub fn curves(&self, name: &str) -> Result<Vec<Vec<f64>>> {
        let names = self.settings.get("curves").and_then(Value::as_array);
        let names: Vec<&str> =
            names.into_iter().flatten().filter_map(Value::as_str).collect();
        let at = names.iter().position(|known| *known == name);
        let at = at.ok_or_else(|| Error::UnknownName {
            what: "the curve",
            name: name.into(),
            known: names.join(", "),
        })?;
        let curve = |line: &String| -> Vec<f64> {
            let value: Value = serde_json::from_str(line).unwrap_or_default();
            let points = value["curves"][at].as_array();
            points.into_iter().flatten().filter_map(Value::as_f64).collect()
        };
        Ok(self.lines.iter().map(curve).collect())
    }
}

/// `run 3`, or `runs 3 to 5`.
fn runs_from_to(from: u64, to: u64) -> String {
    if from == to { format!("run {from}") } else { format!("runs {from} to {to}") }
}

fn no_shard(text: &str) -> Error {
    Error::Sweep {
        place: format!("part {text:?}"),
        problem: "there is no such part".into(),
        cure: "write 1/4 to 4/4 for one of four parts".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::uniform01;

    /// Numbers of every size and sign, whose last digits a careless reader loses.
    fn noise(rng: &mut dyn Rng) -> Result<Vec<f64>> {
        let mut any = || f64::from_bits(rng.next_u64());
        Ok((0..50)
            .map(|_| any())
            .filter(|x| x.is_finite())
            .chain([-0.0, 0.1 + 0.2, 5e-324])
            .collect())
    }

    const TOY: Experiment = Experiment {
        name: "toy",
        about: "",
        runs: 10,
        curves: &[
            Curve { name: "luck", seed: 7, run: |rng| Ok(vec![uniform01(rng)]) },
            Curve { name: "noise", seed: 8, run: noise },
        ],
    };

    fn part(index: u64, of: u64) -> Lines {
        run(&TOY, &Options { shard: Shard { index, of }, ..Default::default() }).unwrap()
    }

    fn refused(file: &str, text: &str) -> String {
        Lines::parse(file, text).unwrap_err().to_string()
    }

    fn bits(curves: &[Vec<f64>]) -> Vec<Vec<u64>> {
        curves.iter().map(|curve| curve.iter().map(|x| x.to_bits()).collect()).collect()
    }

    #[test]
    fn merged_parts_are_the_single_run_to_the_last_bit() {
        let whole = part(1, 1);
        for of in 1..=10 {
            let mut parts: Vec<Lines> = (1..=of).map(|index| part(index, of)).collect();
            parts.rotate_left(of as usize / 2);
            let merged = Lines::merge(&parts).unwrap();
            assert_eq!(merged.to_string(), whole.to_string(), "{of} parts");
        }
        let of_file = Lines::parse("file", &whole.to_string()).unwrap();
        let plain: Vec<Vec<f64>> =
            super::super::curves(10, 8, &|_, rng| noise(rng).unwrap());
        assert_eq!(bits(&of_file.curves("noise").unwrap()), bits(&plain));
        let luck = super::super::population(10, 7, &|_, rng| uniform01(rng));
        assert_eq!(whole.curves("luck").unwrap().concat(), luck);
        let unknown = whole.curves("lack").unwrap_err().to_string();
        assert_eq!(unknown, "the curve \"lack\" is not known: use one of luck, noise");
    }

    #[test]
    fn any_number_of_runs_at_once_gives_the_same() {
        for jobs in [0, 2, 3, 100] {
            let shard = Shard { index: 2, of: 2 };
            assert_eq!(
                run(&TOY, &Options { shard, jobs, ..Default::default() }).unwrap(),
                part(2, 2)
            );
        }
    }

    #[test]
    fn every_run_is_in_one_part_and_the_parts_are_even() {
        for runs in [0, 1, 7, 10, 100, u64::MAX] {
            for of in [1, 2, 3, 7, 10, 64] {
                let parts: Vec<Range<u64>> =
                    (1..=of).map(|index| Shard { index, of }.range(runs)).collect();
                assert_eq!((parts[0].start, parts[of as usize - 1].end), (0, runs));
                assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
                let sizes = || parts.iter().map(|part| part.end - part.start);
                assert!(sizes().max().unwrap() - sizes().min().unwrap() <= 1);
            }
        }
    }

    #[test]
    fn a_part_that_is_none_is_refused() {
        for text in ["0/4", "5/4", "1/0", "0/0", "2", "a/b", "-1/4", "1/4/2", ""] {
            let error = text.parse::<Shard>().unwrap_err().to_string();
            assert!(error.ends_with("write 1/4 to 4/4 for one of four parts"), "{error}");
        }
        assert_eq!("3/4".parse::<Shard>().unwrap().to_string(), "3/4");
        let options = Options { shard: Shard { index: 1, of: 11 }, ..Default::default() };
        let error = run(&TOY, &options).unwrap_err().to_string();
        assert_eq!(
            error,
            "toy: 10 runs cannot be split into 11 parts: use at least one run for each part"
        );
    }

    #[test]
    fn a_part_that_is_there_twice_counts_once() {
        let merged =
            Lines::merge(&[part(2, 2), part(1, 2), part(2, 2), part(3, 5)]).unwrap();
        assert_eq!(merged, part(1, 1));
    }

    #[test]
    fn runs_that_are_missing_are_named_with_the_parts_that_have_them() {
        let error = |parts: &[Lines]| Lines::merge(parts).unwrap_err().to_string();
        assert_eq!(
            error(&[part(1, 4), part(3, 4)]),
            "toy: lacks runs 2 to 4, runs 7 to 9 of 10: \
             run again with --shard 2/4, with --shard 4/4, and merge all"
        );
        let all_but_one: Vec<Lines> = (1..10).map(|index| part(index, 10)).collect();
        assert_eq!(
            error(&all_but_one),
            "toy: lacks run 9 of 10: run again with --shard 10/10, and merge all"
        );
        assert_eq!(error(&[]), "merge: there are no parts: name their files");
    }

    #[test]
    fn a_part_that_was_cut_off_anywhere_is_refused_with_its_file_and_line() {
        let whole = part(2, 2).to_string();
        for end in (0..whole.len() - 1).filter(|end| whole.is_char_boundary(*end)) {
            let text = &whole[..end];
            // After a whole line, the next one is missing.
            let number = text.lines().count().max(1);
            let at = |number| format!("p.jsonl, line {number}: ");
            let error = refused("p.jsonl", text);
            let complete = text.ends_with(['\n', '}']);
            assert!(
                error.starts_with(&at(number + usize::from(complete))),
                "{end}: {error}"
            );
            let cure = if number > 1 || complete {
                "run it again with --shard 2/2"
            } else {
                "run this part again"
            };
            assert!(error.ends_with(cure), "{end}: {error}");
        }
        let five = whole.lines().take(4).collect::<Vec<&str>>().join("\n");
        assert_eq!(
            refused("p.jsonl", &five),
            "p.jsonl, line 5: the file ends before runs 8 to 9: run it again with --shard 2/2"
        );
        assert_eq!(
            refused("p.jsonl", &five[..five.len() - 3]),
            "p.jsonl, line 4: is cut off: run it again with --shard 2/2"
        );
    }

    #[test]
    fn a_line_that_does_not_belong_there_is_refused() {
        let whole = part(2, 2).to_string();
        let with = |old: &str, new: &str| refused("p", &whole.replacen(old, new, 1));
        let again = "run it again with --shard 2/2";
        assert_eq!(
            with("{\"run\":6", "{\"run\":7"),
            format!("p, line 3: is not run 6 with 2 curves: {again}")
        );
        assert_eq!(
            with("\"curves\":[[", "\"curves\":[[]"),
            format!("p, line 2: is not a JSON object: {again}")
        );
        assert_eq!(
            with("\"curves\":[[", "\"curves\":[[null,"),
            format!("p, line 2: is not run 5 with 2 curves: {again}")
        );
        assert_eq!(
            with("\"curves\":[[", "\"curves\":[[],["),
            format!("p, line 2: is not run 5 with 2 curves: {again}")
        );
        assert_eq!(
            with("2/2", "3/2"),
            "p, line 1: is not the first line of a sweep: run this part again"
        );
        let last = whole.lines().last().unwrap();
        assert_eq!(
            refused("p", &format!("{whole}{last}")),
            format!("p, line 7: comes after the last run of the part: {again}")
        );
        assert_eq!(refused("p", ""), "p, line 1: is cut off: run this part again");
        let error = Lines::read(Path::new("no/such/file")).unwrap_err().to_string();
        assert!(error.starts_with("cannot read no/such/file: "), "{error}");
    }

    #[test]
    fn parts_of_different_sweeps_are_refused() {
        let first = part(1, 2);
        let refused = |experiment: &Experiment, options: Options| {
            let shard = Shard { index: 2, of: 2 };
            let mut other = run(experiment, &Options { shard, ..options }).unwrap();
            other.file = "b".into();
            Lines::merge(&[first.clone(), other]).unwrap_err().to_string()
        };
        let default = Options::default;
        assert_eq!(
            refused(&TOY, Options { runs: Some(12), ..default() }),
            "b, line 1: runs is 12, and 10 in toy: merge parts of one sweep only, all run by the same program"
        );
        let edited = refused(&TOY, Options { program: "edited".into(), ..default() });
        assert!(edited.starts_with("b, line 1: program is \"edited\", and "), "{edited}");
        let other = refused(&Experiment { name: "other", ..TOY }, default());
        assert!(other.starts_with("b, line 1: sweep is \"other\", and \"toy\""), "{other}");
        let seeds = [Curve { seed: 9, ..TOY.curves[0] }, TOY.curves[1]];
        let seeds =
            refused(&Experiment { curves: Box::leak(Box::new(seeds)), ..TOY }, default());
        assert!(seeds.starts_with("b, line 1: seeds is [9,8], and [7,8]"), "{seeds}");
        let mut shifted = part(2, 2);
        shifted.settings.insert("seed_shift".into(), 3.into());
        let shifted = Lines::merge(&[first.clone(), shifted]).unwrap_err().to_string();
        assert!(shifted.contains("seed_shift is 3, and 0"), "{shifted}");
    }

    #[test]
    fn a_run_that_came_out_differently_is_refused() {
        let mut other = part(1, 2);
        other.file = "b".into();
        other.lines[3] = other.lines[0].replace("\"run\":0", "\"run\":3");
        let error = Lines::merge(&[part(1, 2), part(2, 2), other]).unwrap_err().to_string();
        assert!(error.starts_with("b: run 3 is another than in toy: "), "{error}");
    }

    #[test]
    fn a_number_that_json_does_not_have_is_refused() {
        const NOTHING: Curve =
            Curve { name: "nothing", seed: 1, run: |_| Ok(vec![0.0, f64::NAN]) };
        let experiment = Experiment { curves: &[NOTHING], ..TOY };
        let error = run(&experiment, &Options::default()).unwrap_err().to_string();
        assert!(error.starts_with("toy, run 0, \"nothing\": entry 1 is NaN: "), "{error}");
    }

    #[test]
    fn whoever_writes_for_nobody_ends() {
        /// Has room for three lines.
        struct Reader(usize);
        impl Write for Reader {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                self.0 = self.0.checked_sub(1).ok_or(std::io::ErrorKind::BrokenPipe)?;
                Ok(())
            }
        }
        let error =
            write(&TOY, &Options::default(), &mut Reader(3)).unwrap_err().to_string();
        assert!(error.starts_with("cannot write the lines of toy: broken pipe"), "{error}");
    }
}
