// Many mutants of known inputs, fast: without coverage, which libFuzzer already used to find the inputs worth mutating.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace rowferry::fuzz {

/// Mutates `inputs`, of which there is one at least, for `seconds` and runs the target on each mutant, by the target's
/// own mutator where it has one. A mutant ends at a page that nobody may touch. The one that crashes, or that takes a
/// minute, is written to ./storm-crash. The same seed gives the same mutants. Returns how many there were.
std::uint64_t storm(const std::vector<std::vector<std::uint8_t>>& inputs, unsigned seconds, std::uint64_t seed);

} // namespace rowferry::fuzz
