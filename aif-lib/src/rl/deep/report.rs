//! [`Reporter`]: how it goes, at most one line a second.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Says how a training run goes, at most once a second; several runs side by side may share one.
///
/// What it says depends on the clock; what is learned does not.
#[derive(Debug)]
pub struct Reporter {
    next: Option<Mutex<Instant>>,
}

const PAUSE: Duration = Duration::from_secs(1);

impl Reporter {
    /// One line a second, on standard output.
    pub fn each_second() -> Self {
        Self { next: Some(Mutex::new(Instant::now() + PAUSE)) }
    }

    /// Says nothing.
    pub fn silent() -> Self {
        Self { next: None }
    }

    /// Prints a line if it is time for one; otherwise the words are not even put together.
    pub fn say(&self, words: impl FnOnce() -> String) {
        let Some(Ok(mut next)) = self.next.as_ref().map(Mutex::try_lock) else {
            return;
        };
        let now = Instant::now();
        if now >= *next {
            *next = now + PAUSE;
            println!("{}", words());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_speaks_when_it_is_time_and_only_then() {
        let mut said = 0;
        let reporter = Reporter { next: Some(Mutex::new(Instant::now())) };
        for _ in 0..100 {
            reporter.say(|| {
                said += 1;
                "one line".into()
            });
        }
        assert_eq!(said, 1);
        Reporter::silent().say(|| unreachable!("it is silent"));
        Reporter::each_second().say(|| unreachable!("a second has not passed"));
    }
}
