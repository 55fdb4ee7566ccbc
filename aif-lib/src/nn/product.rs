//! Products of small matrices, in whole registers of the processor.
//!
//! A network of the course has layers of some dozens of units. For these the usual product, which first copies both matrices into
//! an order of its own, spends more time on the copies than on the sums. Here the matrices are read where they stand, and a block
//! of sums stays in registers until it is done.

use pulp::{Simd, WithSimd};

/// Does a job in code for the widest registers that this processor has, as far as the crate `pulp` was compiled for them.
pub(super) fn wide<J: WithSimd>(job: J) -> J::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(v3) = pulp::x86::V3::try_new() {
        return Simd::vectorize(v3, job);
    }
    pulp::Arch::new().dispatch(job)
}

/// The left side of a product.
#[derive(Debug, Clone, Copy)]
pub(super) enum Left<'a> {
    /// (rows, inner), row by row.
    Upright(&'a [f32]),
    /// (inner, rows), row by row: it is read as if it were turned on its side.
    Turned(&'a [f32]),
}

/// out = left · right, for right (inner, columns) and out (rows, columns), each row by row.
///
/// Each number is one sum over `inner` in its order, whatever stands in the other rows. `spare` is memory for a few columns.
#[inline(always)]
pub(super) fn product<S: Simd>(
    simd: S,
    left: Left<'_>,
    inner: usize,
    right: &[f32],
    columns: usize,
    out: &mut [f32],
    spare: &mut Vec<f32>,
) {
    let (lanes, mut column) = (S::F32_LANES, 0);
    while column + 2 * lanes <= columns {
        let numbers = &right[column..];
        let panel = Panel { numbers, stride: columns, inner, columns, column };
        panel.all::<S, 4, 2>(simd, left, 2 * lanes, out);
        column += 2 * lanes;
    }
    // What is left is no whole number of registers: zeros beside it do no harm.
    while column < columns {
        let width = lanes.min(columns - column);
        spare.clear();
        spare.resize(inner * lanes, 0.0);
        for (to, from) in spare.chunks_exact_mut(lanes).zip(right[column..].chunks(columns))
        {
            to[..width].copy_from_slice(&from[..width]);
        }
        let panel = Panel { numbers: spare, stride: lanes, inner, columns, column };
        panel.all::<S, 8, 1>(simd, left, width, out);
        column += width;
    }
}

/// Turns a matrix of so many columns, row by row, on its side.
#[inline(always)]
pub(super) fn turn(from: &[f32], columns: usize, to: &mut Vec<f32>) {
    let rows = from.len() / columns;
    to.resize(from.len(), 0.0);
    for (column, to) in to.chunks_exact_mut(rows).enumerate() {
        for (to, from) in to.iter_mut().zip(from.chunks_exact(columns)) {
            *to = from[column];
        }
    }
}

/// A few columns of the right side, and where they stand in the whole.
struct Panel<'a> {
    numbers: &'a [f32],
    stride: usize, // from row to row
    inner: usize,
    columns: usize,
    column: usize,
}

impl Panel<'_> {
    /// All rows, R of them at a time; `width` columns count.
    #[inline(always)]
    fn all<S: Simd, const R: usize, const N: usize>(
        &self,
        simd: S,
        left: Left<'_>,
        width: usize,
        out: &mut [f32],
    ) {
        let (rows, mut row) = (out.len() / self.columns, 0);
        while row + R <= rows {
            self.block::<S, R, N>(simd, left, row, width, out);
            row += R;
        }
        while row < rows {
            self.block::<S, 1, N>(simd, left, row, width, out);
            row += 1;
        }
    }

    /// R rows times N registers of columns.
    #[inline(always)]
    fn block<S: Simd, const R: usize, const N: usize>(
        &self,
        simd: S,
        left: Left<'_>,
        row: usize,
        width: usize,
        out: &mut [f32],
    ) {
        let inner = self.inner;
        let mut sums = [[simd.splat_f32s(0.0); N]; R];
        match left {
            Left::Upright(a) => {
                let mut rows = [&a[..inner]; R];
                for (r, place) in rows.iter_mut().enumerate() {
                    *place = &a[(row + r) * inner..][..inner];
                }
                for k in 0..inner {
                    let right = self.row::<S, N>(k);
                    for (sums, row) in sums.iter_mut().zip(&rows) {
                        let x = simd.splat_f32s(row[k]);
                        for (sum, right) in sums.iter_mut().zip(right) {
                            *sum = simd.mul_add_e_f32s(x, *right, *sum);
                        }
                    }
                }
            }
            Left::Turned(a) => {
                let stride = out.len() / self.columns;
                for k in 0..inner {
                    let (left, right) = (&a[k * stride + row..][..R], self.row::<S, N>(k));
                    for r in 0..R {
                        let x = simd.splat_f32s(left[r]);
                        for n in 0..N {
                            sums[r][n] = simd.mul_add_e_f32s(x, right[n], sums[r][n]);
                        }
                    }
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            let out = &mut out[(row + r) * self.columns + self.column..][..width];
            let sums: &[f32] = pulp::bytemuck::cast_slice(sums);
            if width == sums.len() {
                out.copy_from_slice(sums);
            } else {
                out.iter_mut().zip(sums).for_each(|(out, sum)| *out = *sum);
            }
        }
    }

    #[inline(always)]
    fn row<S: Simd, const N: usize>(&self, k: usize) -> &[S::f32s] {
        S::as_simd_f32s(&self.numbers[k * self.stride..][..N * S::F32_LANES]).0
    }
}
