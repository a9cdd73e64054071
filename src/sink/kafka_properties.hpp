// The producer's properties: ours where the user names none.
#pragma once

#include <rowferry/sink/sinks.hpp>

#include "sink/kafka_client.hpp"

namespace rowferry::kafka {

/// What the client is made with: the user's properties over our defaults.
Properties effective_properties(const KafkaSettings& settings);
/// The user does not say how long messages linger: a Flusher decides.
bool lingers_by_itself(const KafkaSettings& settings);

} // namespace rowferry::kafka
