//! Gains that [`tune`](super::tune()) has found.

use super::Controller;

impl Controller {
    /// Gains.
    pub fn tuned(self) -> [Vec<f64>; 3] {
        [self.first_guess(), self.first_guess(), self.first_guess()]
    }
    /// Gains.
    pub fn tuned_late(self) -> [Vec<f64>; 3] {
        [self.first_guess(), self.first_guess(), self.first_guess()]
    }
    /// Gains.
    pub fn tuned_without_loads(self) -> [Vec<f64>; 3] {
        [self.first_guess(), self.first_guess(), self.first_guess()]
    }
}
