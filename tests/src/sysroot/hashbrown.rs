//! Stands in for the hashbrown crate: the types that std's maps and sets are built from, so that
//! rust-analyzer knows those to be complete. Nobody compiles it.
#![no_std]

/// What `std::collections::hash_map` uses.
pub mod hash_map {
    use core::marker::PhantomData;

    pub struct HashMap<K, V, S>(PhantomData<(K, V, S)>);
    pub struct Iter<'a, K, V>(PhantomData<&'a (K, V)>);
    pub struct IterMut<'a, K, V>(PhantomData<&'a mut (K, V)>);
    pub struct IntoIter<K, V>(PhantomData<(K, V)>);
    pub struct Drain<'a, K, V>(PhantomData<&'a mut (K, V)>);
    pub struct ExtractIf<'a, K, V, F>(PhantomData<(&'a mut (K, V), F)>);
    pub struct RustcOccupiedEntry<'a, K, V>(PhantomData<&'a mut (K, V)>);
    pub struct RustcVacantEntry<'a, K, V>(PhantomData<&'a mut (K, V)>);
    pub enum RustcEntry<'a, K, V> {
        Occupied(RustcOccupiedEntry<'a, K, V>),
        Vacant(RustcVacantEntry<'a, K, V>),
    }
}

/// What `std::collections::hash_set` uses.
pub mod hash_set {
    use core::marker::PhantomData;

    pub struct HashSet<K, S>(PhantomData<(K, S)>);
    pub struct Iter<'a, K>(PhantomData<&'a K>);
    pub struct IntoIter<K>(PhantomData<K>);
    pub struct Drain<'a, K>(PhantomData<&'a mut K>);
    pub struct ExtractIf<'a, K, F>(PhantomData<(&'a mut K, F)>);
    pub struct OccupiedEntry<'a, K, S>(PhantomData<(&'a mut K, S)>);
    pub struct VacantEntry<'a, K, S>(PhantomData<(&'a mut K, S)>);
    pub enum Entry<'a, K, S> {
        Occupied(OccupiedEntry<'a, K, S>),
        Vacant(VacantEntry<'a, K, S>),
    }
}
