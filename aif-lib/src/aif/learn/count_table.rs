//! Learning a table of probabilities by counting what is believed to have happened. Dual:
//! [`crate::rl::learn::sample_average`].

use ndarray::{ArrayD, ArrayView1, ArrayViewMut1, Axis};

use super::novelty::novelty;

/// Counts what is believed about one use of a column, after what it had taught before has faded.
///
/// ```text
/// n ← (1 − forgetting · w) n + rate · x,      w = Σ x
/// ```
/// `seen`: the counts of one column, without the prior. `expected`: x, how probable it is that the column was used and gave
/// each outcome; w is the probability that it was used at all. Only what was used fades. With a certain state this is
/// [`counts::update`](crate::prob::counts::update). Source: Smith, Friston & Whyte (2022), where η is the rate and ω is
/// 1 − forgetting, on all columns alike.
pub fn update(
    mut seen: ArrayViewMut1<'_, f64>,
    expected: ArrayView1<'_, f64>,
    rate: f64,
    forgetting: f64,
) {
    let used: f64 = expected.sum();
    seen.zip_mut_with(&expected, |n, x| *n = (1.0 - forgetting * used) * *n + rate * x);
}

/// A belief about a table of probabilities whose columns, along the first axis, are distributions: Dirichlet counts.
///
/// A count of 0 in the prior says that something is impossible, and nothing that is seen makes it possible.
#[derive(Debug, Clone, PartialEq)]
pub struct CountTable {
    prior: ArrayD<f64>,
    seen: ArrayD<f64>,
}

impl CountTable {
    /// Probabilities that are believed as if each column had been observed `strength` times.
    pub(crate) fn new(probabilities: &ArrayD<f64>, strength: f64) -> Self {
        let prior = probabilities * strength;
        Self { seen: ArrayD::zeros(prior.raw_dim()), prior }
    }

    /// Counts what is believed to have happened, a table of the same shape: see [`update`].
    pub(crate) fn observe(&mut self, expected: &ArrayD<f64>, rate: f64, forgetting: f64) {
        let mut possible = expected.clone();
        possible
            .zip_mut_with(&self.prior, |x, prior| *x = if *prior > 0.0 { *x } else { 0.0 });
        let columns = self.seen.lanes_mut(Axis(0)).into_iter();
        for (seen, expected) in columns.zip(possible.lanes(Axis(0))) {
            update(seen, expected, rate, forgetting);
        }
    }

    /// The counts, prior included.
    pub fn counts(&self) -> ArrayD<f64> {
        &self.prior + &self.seen
    }

    /// The expected probabilities: each column of counts divided by its sum.
    pub fn mean(&self) -> ArrayD<f64> {
        let mut mean = self.counts();
        for mut column in mean.lanes_mut(Axis(0)) {
            let sum = column.sum();
            column /= sum;
        }
        mean
    }

    /// What one more look at each column is expected to teach, in nats: the shape of the table without its first axis. See
    /// [`novelty`].
    pub fn novelty(&self) -> ArrayD<f64> {
        self.counts().map_axis(Axis(0), |column| {
            // What is impossible will not be seen and teaches nothing.
            let possible: Vec<f64> = column.iter().copied().filter(|n| *n > 0.0).collect();
            novelty(&possible)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::counts::TransitionCounts;
    use crate::prob::dirichlet::Dirichlet;
    use crate::prob::random::{seeded, uniform_index};
    use ndarray::{Array, array};

    #[test]
    fn by_hand() {
        // Half a visit: the learned 4, 0 keep 1 − .5 · .5 = ¾; then 2 · (.4, .1) is added.
        let mut seen = array![4.0, 0.0];
        update(seen.view_mut(), array![0.4, 0.1].view(), 2.0, 0.5);
        assert!((seen[0] - 3.8).abs() < 1e-15 && (seen[1] - 0.2).abs() < 1e-15);
    }

    #[test]
    fn with_certain_states_it_is_the_common_count_of_transitions() {
        let even = Array::from_elem((3, 3, 2), 1.0 / 3.0).into_dyn();
        for forgetting in [0.0, 0.2] {
            let mut table = CountTable::new(&even, 1.5);
            let mut counts = TransitionCounts::new(3, 2, 0.5)
                .unwrap()
                .with_forgetting(forgetting)
                .unwrap();
            let mut rng = seeded(5);
            for _ in 0..50 {
                let [s, next] = [0; 2].map(|_| uniform_index(3, &mut rng));
                let u = uniform_index(2, &mut rng);
                let mut expected = ArrayD::zeros(even.raw_dim());
                expected[[next, s, u]] = 1.0;
                table.observe(&expected, 1.0, forgetting);
                counts.observe(s, u, next);
            }
            let (mine, theirs) = (table.counts(), counts.counts().into_dyn());
            assert!((&mine - &theirs).iter().all(|d| d.abs() < 1e-12));
            assert!((&table.mean() - &counts.mean()).iter().all(|d| d.abs() < 1e-12));
        }
    }

    #[test]
    fn what_is_impossible_stays_so_and_teaches_nothing() {
        let mut table = CountTable::new(&array![[0.5, 1.0], [0.5, 0.0]].into_dyn(), 2.0);
        table.observe(&array![[0.0, 0.5], [0.0, 0.5]].into_dyn(), 1.0, 0.0);
        assert_eq!(table.counts(), array![[1.0, 2.5], [1.0, 0.0]].into_dyn());
        let coin = Dirichlet::new(vec![1.0, 1.0]).unwrap().expected_gain();
        assert_eq!(table.novelty(), array![coin, 0.0].into_dyn());
    }
}
