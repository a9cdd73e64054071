// Runs one fuzz target over files and folders of inputs: what ctest does with the corpus in builds without libFuzzer.
// With --storm SECONDS [--seed N] in front also over mutants of them (storm.hpp).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "storm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Inputs = std::vector<std::vector<std::uint8_t>>;

void load(const std::filesystem::path& path, Inputs& inputs) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  inputs.emplace_back(bytes.begin(), bytes.end()); // exact size: ASan sees an overrun of one byte
}

Inputs load_all(char** begin, char** end) {
  Inputs inputs;
  for (char** path = begin; path != end; ++path) {
    if (std::filesystem::is_directory(*path)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(*path)) {
        if (entry.is_regular_file()) load(entry.path(), inputs);
      }
    } else if (std::filesystem::exists(*path)) {
      load(*path, inputs);
    }
  }
  return inputs;
}

} // namespace

int main(int argc, char** argv) {
  int first = 1;
  unsigned seconds = 0;
  std::uint64_t seed = std::random_device{}();
  for (; first + 1 < argc && std::strncmp(argv[first], "--", 2) == 0; first += 2) {
    if (std::strcmp(argv[first], "--storm") == 0) {
      seconds = static_cast<unsigned>(std::strtoul(argv[first + 1], nullptr, 10));
    }
    if (std::strcmp(argv[first], "--seed") == 0) seed = std::strtoull(argv[first + 1], nullptr, 10);
  }
  const Inputs inputs = load_all(argv + first, argv + argc);
  if (inputs.empty()) {
    std::fprintf(stderr, "no input replayed: the corpus is missing\n");
    return 1;
  }
  for (const auto& input : inputs) LLVMFuzzerTestOneInput(input.data(), input.size());
  std::printf("%zu inputs replayed\n", inputs.size());
  if (seconds == 0) return 0;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  const std::uint64_t mutants = rowferry::fuzz::storm(inputs, seconds, seed);
  std::printf("%llu mutants in %u s\n", static_cast<unsigned long long>(mutants), seconds);
}
