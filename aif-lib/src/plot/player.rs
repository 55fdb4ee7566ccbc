//! A trajectory step by step: [`player`].

use std::fmt;

use super::figure::{Figure, page, page_html, picture, write_file};
use crate::error::Result;
use crate::show::debug;
use crate::show::escape;

/// One moment of a trajectory: a picture and a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The picture.
    pub figure: Figure,
    /// What happens in it.
    pub caption: String,
}

impl Frame {
    /// A picture with its sentence.
    pub fn new(figure: Figure, caption: &str) -> Self {
        Self { figure, caption: caption.into() }
    }
}

/// A trajectory with a slider and a play button. As the last line of a notebook cell it is shown; where scripts
/// are blocked, its first frame is.
#[derive(Clone, PartialEq)]
pub struct Player {
    title: String,
    frames: Vec<Frame>,
    alt: String,
}

/// A player of these frames.
///
/// # Panics
/// When there is no frame.
#[track_caller]
pub fn player(title: &str, frames: &[Frame]) -> Player {
    assert!(!frames.is_empty(), "player {title:?} has no frames: give at least one");
    let (first, last) = (&frames[0], &frames[frames.len() - 1]);
    let alt = if frames.len() == 1 {
        format!("{title}, one step: {}", first.caption)
    } else {
        format!(
            "{title}, {} steps. First: {} Last: {}",
            frames.len(),
            first.caption,
            last.caption
        )
    };
    Player { title: title.into(), frames: frames.to_vec(), alt }
}

impl Player {
    /// The same player with this alt text.
    ///
    /// # Panics
    /// When the text is empty.
    #[track_caller]
    pub fn alt(mut self, text: &str) -> Self {
        assert!(
            !text.trim().is_empty(),
            "the alt text of a player is empty: write one sentence that says what happens from the first step to the last"
        );
        self.alt = text.trim().into();
        self
    }

    /// The alt text of the whole.
    pub fn alt_text(&self) -> &str {
        &self.alt
    }

    /// The first frame, as a file of its own.
    pub fn svg(&self) -> String {
        self.frames[0].figure.clone().alt(&self.alt).svg()
    }

    /// The player for a page. JupyterLab leaves the keys of its controls alone (`data-lm-suppress-shortcuts`).
    pub fn html(&self) -> String {
        let n = self.frames.len();
        let title = escape(&self.title);
        let mut html = format!(
            "<div class=\"aif-player\" style=\"max-width:{}px\" role=\"group\" aria-label=\"{}\">",
            self.frames.iter().map(|f| f.figure.width).fold(0.0, f64::max),
            escape(&self.alt)
        );
        for (i, frame) in self.frames.iter().enumerate() {
            let hidden = if i == 0 { "" } else { " hidden" };
            html.push_str(&format!(
                "<div class=\"aif-frame\"{hidden}>{}<p>{}</p></div>",
                frame.figure.bare_html(),
                escape(&frame.caption)
            ));
        }
        html.push_str(&format!(
            "<div class=\"aif-controls\" hidden>\
             <button type=\"button\" data-lm-suppress-shortcuts=\"true\" aria-label=\"Play {title}\">▶</button>\
             <input type=\"range\" data-lm-suppress-shortcuts=\"true\" min=\"1\" max=\"{n}\" value=\"1\" step=\"1\" aria-label=\"Step of {title}\">\
             <output>1 / {n}</output></div></div>"
        ));
        format!("{}<script>{SCRIPT}</script>", page_html(&html, STYLE))
    }

    /// Writes the player to a file: a page, or its first frame when the name ends in `.svg`.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) when the file cannot be written.
    pub fn save(&self, path: &str) -> Result<()> {
        let text = if path.ends_with(".svg") { self.svg() } else { page(&self.html()) };
        write_file(path, &text)
    }

    /// Shows the player in a notebook: the page's form, the first frame, and the alt text, in one bundle.
    pub fn evcxr_display(&self) {
        println!("{}", picture(&self.html(), &self.svg(), &self.alt));
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let outside = format!("Player({:?})", self.alt);
        debug(f, &outside, &self.alt, &|| picture(&self.html(), &self.svg(), &self.alt))
    }
}

const STYLE: &str = ".aif-player{font:13px \"Helvetica Neue\",Arial,sans-serif}\
    .aif-player p{margin:6px 2px;min-height:2.6em}\
    .aif-controls{display:flex;gap:10px;align-items:center}\
    .aif-controls[hidden],.aif-frame[hidden]{display:none}\
    .aif-controls input{flex:1}\
    .aif-controls button{font:inherit;min-width:40px;min-height:28px;cursor:pointer}";

// It finds every player that does not run yet, so it needs no names that could collide.
const SCRIPT: &str = "(function(){\
document.querySelectorAll('.aif-player:not([data-ready])').forEach(function(root){\
root.setAttribute('data-ready','');\
var frames=root.querySelectorAll('.aif-frame'),bar=root.querySelector('.aif-controls');\
var range=bar.querySelector('input'),button=bar.querySelector('button'),out=bar.querySelector('output');\
var timer=null,play=button.getAttribute('aria-label');\
function show(){var k=range.value-1;\
frames.forEach(function(f,i){f.hidden=i!==k;});\
out.textContent=range.value+' / '+frames.length;\
range.setAttribute('aria-valuetext',frames[k].querySelector('p').textContent);}\
function stop(){clearInterval(timer);timer=null;button.textContent='\u{25b6}';button.setAttribute('aria-label',play);}\
function next(){if(+range.value>=frames.length||!root.isConnected){stop();return;}\
range.value=+range.value+1;show();if(+range.value>=frames.length)stop();}\
range.addEventListener('input',function(){stop();show();});\
button.addEventListener('click',function(){if(timer){stop();return;}\
if(+range.value>=frames.length){range.value=1;show();}\
timer=setInterval(next,1200);button.textContent='\u{23f8}';button.setAttribute('aria-label','Pause');});\
bar.hidden=frames.length<2;show();});})();";
