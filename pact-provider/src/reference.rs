//! Short names for interactions, made of what they say.

use std::fmt::Write;

use pact_core::format;
use pact_core::model::{Interaction, Pact};
use sha2::{Digest, Sha256};

/// How many bytes of the digest make a name: enough for the pacts of one provider.
const LENGTH: usize = 6;

/// Returns what two interactions have in common only when they say the same; nothing for an
/// interaction that cannot be written.
pub(crate) fn digest(consumer: &str, interaction: Interaction) -> Option<[u8; 32]> {
    let mut pact = Pact::new(consumer, "provider");
    pact.interactions.push(interaction);
    let text = format::write(&pact).ok()?;
    Some(Sha256::digest(text).into())
}

/// Returns the name of a consumer's interaction. It stays the same as long as the interaction does.
pub(crate) fn reference(consumer: &str, interaction: &Interaction) -> Option<String> {
    let mut alone = interaction.clone();
    // What a broker adds makes no other interaction.
    alone.id = None;
    alone.pending = false;
    let digest = digest(consumer, alone)?;
    let mut name = String::with_capacity(2 * LENGTH);
    for byte in digest.iter().take(LENGTH) {
        let _ = write!(name, "{byte:02x}");
    }
    Some(name)
}
