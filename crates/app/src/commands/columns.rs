//! Tables on a terminal.

/// A text of somebody else's making as a terminal may show it: without characters that would command it.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if is_harmless(character) { character } else { '\u{fffd}' }).collect()
}

/// Control characters command a terminal; those that turn the direction of writing hide what is behind them.
fn is_harmless(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(printable("Kim Jäne"), "Kim Jäne");
        assert_eq!(printable("\u{1b}[2Jx\n\u{9b}y\u{202e}z"), "\u{fffd}[2Jx\u{fffd}\u{fffd}y\u{fffd}z");
    }
}
