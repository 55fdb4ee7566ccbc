//! Gains that [`tune`](super::tune()) has found: three searches each, with draws and reaches of their own.
//!
//! Search k, from 0, had the generator `seeded(k)` and the reaches of seed 1000 + k.

use super::Controller;

impl Controller {
    /// Gains for the mix of bodies, without delay.
    ///
    /// # Panics
    /// For policies: they are learned, not tuned.
    #[track_caller]
    pub fn tuned(self) -> [Vec<f64>; 3] {
        match self {
            Self::Pd => [vec![585.8, 58.87], vec![516.6, 69.09], vec![589.6, 64.86]],
            Self::Pid => [
                vec![473.6, 1644.0, 45.55, 0.0084],
                vec![465.8, 1587.0, 49.76, 0.3054],
                vec![491.3, 1744.0, 47.61, 0.2835],
            ],
            Self::PidFiltered => [
                vec![504.8, 2166.0, 43.56, 0.2385, 0.0048],
                vec![506.7, 1936.0, 58.21, 0.2961, 0.017],
                vec![552.8, 2350.0, 53.73, 0.2617, 0.0201],
            ],
            Self::ComputedTorque => {
                [vec![699.7, 84.94], vec![633.8, 91.55], vec![746.7, 98.34]]
            }
            Self::Kalman => [
                vec![91.68, 15.92, 0.7403, 7621.0],
                vec![44.4, 11.08, 0.6938, 9732.0],
                vec![41.24, 10.75, 0.6685, 7916.0],
            ],
            Self::Active => [
                vec![6.065, 109.3, 59.83, 53.83, 11.22],
                vec![4.413, 130.7, 96.15, 44.83, 2.366],
                vec![4.535, 127.3, 90.8, 45.63, 2.448],
            ],
            _ => panic!("no gains were tuned for {} without delay", self.name()),
        }
    }

    /// Gains for the mix of bodies, with senses that are 20 ms late.
    ///
    /// # Panics
    /// For policies: they are learned, not tuned.
    #[track_caller]
    pub fn tuned_late(self) -> [Vec<f64>; 3] {
        match self {
            Self::Pd => [vec![317.8, 27.02], vec![252.3, 27.77], vec![276.9, 28.79]],
            Self::Pid => [
                vec![284.2, 620.9, 26.43, 0.0141],
                vec![269.2, 565.7, 26.99, 0.3624],
                vec![297.9, 674.4, 28.19, 0.3288],
            ],
            Self::PidFiltered => [
                vec![296.9, 778.6, 26.21, 0.2908, 0.0012],
                vec![266.1, 558.7, 26.99, 0.368, 0.0014],
                vec![298.9, 673.9, 28.19, 0.3298, 0.0012],
            ],
            Self::ComputedTorque => {
                [vec![378.2, 50.45], vec![335.5, 51.91], vec![358.2, 55.56]]
            }
            Self::Kalman => [
                vec![49.41, 11.37, 0.45, 1813.0],
                vec![175.8, 46.21, 0.3463, 3.343],
                vec![31.3, 9.321, 0.442, 2154.0],
            ],
            Self::Active => [
                vec![3.035, 52.19, 20.25, 81.31, 3.275],
                vec![2.125, 47.29, 144.3, 74.34, 1.787],
                vec![2.303, 50.72, 115.8, 79.9, 1.692],
            ],
            Self::ActiveLate => [
                vec![2.956, 43.58, 470.2, 75.4, 1.517, 0.0489],
                vec![2.207, 34.27, 114.3, 37.83, 1.903, 0.0257],
                vec![2.449, 37.11, 10.29, 66.45, 7.837, 0.0126],
            ],
            _ => panic!("no gains were tuned for {} with delay", self.name()),
        }
    }

    /// Gains for the nominal arm alone: no load, no gravity, no delay.
    ///
    /// # Panics
    /// For policies: they are learned, not tuned.
    #[track_caller]
    pub fn tuned_without_loads(self) -> [Vec<f64>; 3] {
        match self {
            Self::Pd => [vec![218.7, 26.23], vec![203.0, 26.25], vec![193.7, 24.13]],
            Self::Pid => [
                vec![371.8, 1637.0, 33.39, 0.0055],
                vec![347.1, 1629.0, 28.79, 0.2191],
                vec![343.9, 1699.0, 27.07, 0.2142],
            ],
            Self::PidFiltered => [
                vec![376.8, 2106.0, 31.02, 0.2057, 0.0115],
                vec![370.9, 1865.0, 30.65, 0.2137, 0.0101],
                vec![350.6, 1743.0, 27.67, 0.2143, 0.0025],
            ],
            Self::ComputedTorque => {
                [vec![107.5, 17.26], vec![85.77, 15.19], vec![121.4, 18.54]]
            }
            Self::Kalman => [
                vec![107.9, 17.43, 0.1802, 23.27],
                vec![85.95, 15.82, 0.0001, 0.0],
                vec![119.5, 18.55, 0.2053, 28.71],
            ],
            Self::Active => [
                vec![6.616, 84.47, 66.27, 69.32, 9.466],
                vec![5.369, 85.24, 116.3, 72.76, 2.011],
                vec![5.87, 81.48, 105.2, 68.6, 2.59],
            ],
            _ => panic!("no gains were tuned for {} without loads", self.name()),
        }
    }
}
