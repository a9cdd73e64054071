// The first of several endpoints that does.
#pragma once

#include <rowferry/source/settings.hpp>
#include <type_traits>

namespace rowferry {

/// What `attempt(endpoint)` gives for the first endpoint that succeeds. None: retriable while one of them may yet
/// answer otherwise, else final; the message is each one's. A problem of the configuration ends the search.
template <class Attempt>
auto first_endpoint(const SourceSettings& settings, Attempt attempt) -> std::invoke_result_t<Attempt, const Endpoint&> {
  Error all = Error::source_fatal("");
  for (const Endpoint& endpoint : settings.endpoints) {
    auto result = attempt(endpoint);
    if (result || result.error().status != ExitStatus::source) return result;
    all.retriable = all.retriable || result.error().retriable;
    if (!all.message.empty()) all.message += " | ";
    all.message += result.error().message;
  }
  if (settings.endpoints.empty()) return fail(Error::usage("source.url: names no host"));
  return fail(std::move(all));
}

} // namespace rowferry
