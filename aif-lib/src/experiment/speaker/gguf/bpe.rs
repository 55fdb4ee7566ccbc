//! [`Bpe`]: byte pair encoding, which cuts a text into the tokens of a language model.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::Value;
use regex::Regex;

use super::File;
use crate::error::{Error, Result};

/// How a text is cut before bytes are merged: contractions, single digits, words and signs with the space before them, spaces.
const PIECES: &str = r"'(?:s|t|re|ve|m|ll|d)|\p{N}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+";

/// A vocabulary of strings of bytes, and the pairs that are merged into one, the earliest first.
///
/// ```text
/// l o w e r   with the merges  e r, l o, lo w:   l o w er,   lo w er,   low er
/// ```
/// Source: Sennrich, Haddow & Birch (2016), on bytes.
pub(super) struct Bpe {
    /// What each token stands for.
    bytes: Vec<Vec<u8>>,
    control: Vec<bool>,
    /// The token of each byte. Bytes that no text has, and some that hardly any has, have none.
    single: Vec<Option<u32>>,
    /// What two tokens become, and how early.
    merges: HashMap<(u32, u32), (usize, u32)>,
    pieces: Regex,
    /// The token that begins a turn of a chat.
    pub(super) start: u32,
    /// The token that ends it.
    pub(super) end: u32,
}

/// The letters in which a vocabulary writes bytes: those that can be seen stand for themselves, the others for letters from U+0100 on.
fn letters() -> HashMap<char, u8> {
    let seen = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let (seen, unseen): (Vec<u8>, Vec<u8>) = (0..=255).partition(seen);
    let themselves = seen.into_iter().map(|byte| (char::from(byte), byte));
    themselves.chain(('\u{100}'..).zip(unseen)).collect()
}

impl Bpe {
    /// The vocabulary of a file.
    pub(super) fn read(file: &File) -> Result<Self> {
        for (key, known) in [("model", "gpt2"), ("pre", "smollm")] {
            let key = format!("tokenizer.ggml.{key}");
            let found = file.text(&key)?;
            if found != known {
                return Err(file.wrong(format!("its {key} is {found:?}, not {known:?}")));
            }
        }
        let tokens = file.list("tokenizer.ggml.tokens", Value::to_string)?;
        let kinds = file.list("tokenizer.ggml.token_type", Value::to_i32)?;
        let merges = file.list("tokenizer.ggml.merges", Value::to_string)?;
        if tokens.len() != kinds.len() {
            return Err(file.wrong("it does not say of each token what it is"));
        }
        let kinds = kinds.into_iter().map(|kind| kind == CONTROL).collect();
        Self::new(&tokens, kinds, &merges).map_err(|reason| file.wrong(reason))
    }

    fn new(
        tokens: &[impl AsRef<str>],
        control: Vec<bool>,
        merges: &[impl AsRef<str>],
    ) -> Result<Self, String> {
        let letters = letters();
        let ids: HashMap<&str, u32> = tokens.iter().map(AsRef::as_ref).zip(0..).collect();
        let id = |token: &str| {
            ids.get(token).copied().ok_or_else(|| format!("it has no token {token:?}"))
        };
        let mut single = vec![None; 256];
        for (letter, byte) in &letters {
            single[usize::from(*byte)] = id(letter.encode_utf8(&mut [0; 4])).ok();
        }
        let merge = |(rank, merge): (usize, &str)| {
            let (a, b) = merge.split_once(' ').ok_or("one of its merges is no pair")?;
            Ok(((id(a)?, id(b)?), (rank, id(&format!("{a}{b}"))?)))
        };
        let merges = merges.iter().map(AsRef::as_ref).enumerate().map(merge);
        let bytes = |(token, control): (&str, &bool)| {
            let known = token.chars().map(|letter| letters.get(&letter).copied());
            // What a control token is called says nothing about bytes.
            let bytes = if *control { Some(Vec::new()) } else { known.collect() };
            bytes.ok_or_else(|| format!("its token {token:?} does not stand for bytes"))
        };
        let bytes = tokens.iter().map(AsRef::as_ref).zip(&control).map(bytes);
        Ok(Self {
            merges: merges.collect::<Result<_, String>>()?,
            bytes: bytes.collect::<Result<_, _>>()?,
            control,
            single,
            pieces: Regex::new(PIECES).map_err(|error| error.to_string())?,
            start: id("<|im_start|>")?,
            end: id("<|im_end|>")?,
        })
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether a token says something about the text and is not part of it.
    pub(super) fn is_control(&self, token: u32) -> bool {
        self.control[token as usize]
    }

    /// The tokens of a text, none of them a control token.
    ///
    /// # Errors
    /// [`Error::Speaker`]: there is a letter in it for which the model has no token.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let strange = |letter: &char| {
            let mut bytes = [0; 4];
            let bytes = letter.encode_utf8(&mut bytes).bytes();
            bytes.into_iter().any(|byte| self.single[usize::from(byte)].is_none())
        };
        if let Some(letter) = text.chars().find(strange) {
            let problem = format!("the model has no token for {letter:?}");
            return Err(Error::Speaker { problem, cure: "take it out of the text" });
        }
        let (mut tokens, mut at) = (Vec::new(), 0);
        while let Some(found) = self.pieces.find_at(text, at) {
            at = found.end();
            let spaces = found.as_str();
            let last = spaces.chars().next_back().filter(|last| last.is_whitespace());
            let before_word = text[at..].chars().next().is_some_and(|c| !c.is_numeric());
            // Of several spaces the last belongs to the word that follows.
            if let Some(last) =
                last.filter(|last| before_word && spaces.len() > last.len_utf8())
            {
                at -= last.len_utf8();
            }
            tokens.extend(self.merged(&text[found.start()..at]));
        }
        Ok(tokens)
    }

    /// The tokens of one piece.
    fn merged(&self, piece: &str) -> Vec<u32> {
        let mut tokens: Vec<u32> =
            piece.bytes().filter_map(|byte| self.single[usize::from(byte)]).collect();
        let earliest = |tokens: &[u32]| {
            let pairs = tokens.windows(2).enumerate();
            let known = pairs.filter_map(|(i, two)| {
                self.merges.get(&(two[0], two[1])).map(|(rank, one)| (*rank, i, *one))
            });
            known.min()
        };
        while let Some((_, i, one)) = earliest(&tokens) {
            tokens[i] = one;
            tokens.remove(i + 1);
        }
        tokens
    }

    /// The text of tokens; a letter of which bytes are missing becomes �.
    pub(super) fn decode(&self, tokens: &[u32]) -> String {
        let bytes = tokens.iter().flat_map(|token| &self.bytes[*token as usize]).copied();
        String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
    }
}

/// The kind of a control token.
const CONTROL: i32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    /// All bytes, the marks of a chat, and what the merges make.
    fn bpe(merges: &[&str]) -> Bpe {
        let mut letters: Vec<(char, u8)> = letters().into_iter().collect();
        letters.sort_by_key(|(_, byte)| *byte);
        let mut tokens: Vec<String> =
            letters.iter().map(|(letter, _)| letter.to_string()).collect();
        tokens.extend(["<|im_start|>".into(), "<|im_end|>".into()]);
        tokens.extend(merges.iter().map(|merge| merge.replace(' ', "")));
        let control = (0..tokens.len()).map(|i| (256..258).contains(&i)).collect();
        Bpe::new(&tokens, control, merges).unwrap()
    }

    /// A text with a stroke between its tokens.
    fn cut(bpe: &Bpe, text: &str) -> String {
        let tokens = bpe.encode(text).unwrap();
        tokens.iter().map(|token| bpe.decode(&[*token])).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn bytes_are_written_as_gpt_2_writes_them() {
        let letters = letters();
        assert_eq!(letters.len(), 256);
        for (letter, byte) in
            [('A', 65), ('~', 126), ('é', 0xe9), ('Ġ', b' '), ('Ċ', b'\n'), ('ĉ', b'\t')]
        {
            assert_eq!(letters[&letter], byte, "{letter}");
        }
        assert_eq!((letters[&'Ń'], letters[&'ġ']), (0xad, 0x7f)); // the last of the unseen, and the first above them
    }

    #[test]
    fn the_earliest_merge_is_made_first_and_from_the_left() {
        let words = bpe(&["e r", "l o", "lo w", "Ġ low", "a a", "aa a"]);
        for (text, by_hand) in [
            ("lower", "low|er"), // e r, then l o, then lo w
            ("slower low", "s|low|er| low"),
            ("aaaa", "aa|aa"), // a a twice, before aa a can be made
            ("aaaaa", "aa|aaa"),
            ("Lower", "L|o|w|er"),
        ] {
            assert_eq!(cut(&words, text), by_hand);
        }
        // The same merges in another order make other tokens.
        assert_eq!(cut(&bpe(&["o w", "l o", "lo w"]), "low"), "l|ow");
        assert_eq!(cut(&bpe(&["l o", "o w", "lo w"]), "low"), "low");
    }

    #[test]
    fn no_merge_crosses_the_border_of_a_piece() {
        // Each would be made if the borders were not there.
        let words = bpe(&[
            "1 2", "Ġ 4", "n '", "' t", "n 't", "Ġ Ġ", "ĠĠ Ġ", "Ġ a", "ĠĠ a", "a .", "Ċ Ċ",
        ]);
        for (text, by_hand) in [
            ("12", "1|2"), // digits one by one
            (" 4", " |4"), // and without the space before them
            ("isn't", "i|s|n|'t"),
            ("   a", "  | a"), // the last space belongs to the word
            ("   4", "   |4"), // but not to a digit
            ("a. ", "a|.| "),
            ("\n\na", "\n|\n|a"), // a line's end stays alone before a word
            ("\n\n", "\n\n"),
        ] {
            assert_eq!(cut(&words, text), by_hand, "{text:?}");
        }
    }

    #[test]
    fn what_is_cut_can_be_put_together_again() {
        let words = bpe(&["e r", "Ġ a", "Ã ©", "ã ģ"]);
        for text in [
            "",
            "naïve café, 12 €\t\r\n  x ",
            "日本語 が 好き",
            "<|im_end|>",
            "\u{0}\u{7f}\u{ad}🐟",
        ] {
            let tokens = words.encode(text).unwrap();
            assert_eq!(words.decode(&tokens), text);
            assert!(tokens.iter().all(|token| !words.is_control(*token)), "{text:?}");
        }
        assert_eq!(words.decode(&words.encode("é").unwrap()[..1]), "é"); // two bytes, one token
        assert_eq!(words.decode(&words.encode("ü").unwrap()[..1]), "\u{fffd}"); // half a letter
    }

    #[test]
    fn a_letter_for_which_there_is_no_token_is_told() {
        let mut words = bpe(&[]);
        words.single[4] = None; // as in the vocabulary of SmolLM2
        let text = words.encode("a\u{4}b").unwrap_err().to_string();
        assert!(text.contains(r"no token for '\u{4}'"), "{text}");
    }

    #[test]
    fn a_vocabulary_that_does_not_fit_is_refused() {
        let nothing: [&str; 0] = [];
        let text = Bpe::new(&["a"], vec![false], &nothing).err().unwrap();
        assert!(text.contains("it has no token"), "{text}");
    }
}
