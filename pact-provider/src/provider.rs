//! The provider as a run reaches it: where it is, how its states are set, who makes its messages.

use pact_core::model::{Interaction, InteractionKind};

use crate::cancel::Cancellation;
use crate::hooks::{RequestFilter, ResponseHook};
use crate::state::States;
use crate::target::{CustomHeader, HttpSettings, Producers, Target};

/// Everything an interaction needs to be verified; shared by all of a run.
pub(crate) struct Provider {
    /// Where interactions go that no transport claims.
    pub(crate) main: Option<Target>,
    /// Where interactions of a named transport go.
    pub(crate) transports: Vec<(String, Target)>,
    pub(crate) http: HttpSettings,
    pub(crate) headers: Vec<CustomHeader>,
    pub(crate) states: States,
    pub(crate) producers: Producers,
    pub(crate) request_filter: Option<RequestFilter>,
    pub(crate) response_hook: Option<ResponseHook>,
    pub(crate) cancellation: Cancellation,
}

impl Provider {
    /// Returns where the interaction goes: to the transport it names, to that of its kind, or to
    /// the provider.
    pub(crate) fn target(&self, interaction: &Interaction) -> Option<&Target> {
        let of_kind: &[&str] = match interaction.kind {
            InteractionKind::AsyncMessage(_) => &["async-message", "message"],
            InteractionKind::SyncMessage(_) => &["sync-message", "message"],
            InteractionKind::Http(_) | InteractionKind::Other { .. } => &["http"],
        };
        let named = interaction.transport.as_deref();
        named
            .into_iter()
            .chain(of_kind.iter().copied())
            .find_map(|wanted| self.transports.iter().find(|(name, _)| name == wanted))
            .map(|(_, target)| target)
            .or(self.main.as_ref())
    }

    /// Returns the path that stands before that of the interaction's request.
    pub(crate) fn base_path(&self, interaction: &Interaction) -> &str {
        match self.target(interaction) {
            Some(Target::Http(endpoint)) => endpoint.base.path().trim_end_matches('/'),
            Some(Target::Service(_)) | None => "",
        }
    }
}
