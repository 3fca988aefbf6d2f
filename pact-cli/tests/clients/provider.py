"""A provider's build with pact-python: verifies what the broker gives and publishes the result.

Arguments: the broker, the provider's address, the provider's version.
"""

import sys

from pact import Verifier

broker, provider, version = sys.argv[1:]
verifier = (
    Verifier("api", host="127.0.0.1")
    .add_transport(url=provider)
    .state_handler(lambda state, action, parameters: None, teardown=True)
    .set_publish_options(version, branch="main")
)
selected = verifier.broker_source(broker, selector=True).consumer_version(main_branch=True)
selected.build()
verifier.verify()
