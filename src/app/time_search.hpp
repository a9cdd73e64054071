// The place in the source's log where a moment lies.
#pragma once

#include <cstdint>
#include <rowferry/source/event_source.hpp>
#include <rowferry/source/settings.hpp>

namespace rowferry {

/// In front of the first transaction that this server committed at `time_us` (µs since the epoch) or later; the end of
/// the log when there is none. Fails (status 3) when the log no longer reaches back so far. Logs written before
/// MySQL 8.0 know whole seconds only.
Result<Resume> resolve_time(const SourceSettings& settings, std::int64_t time_us);

} // namespace rowferry
