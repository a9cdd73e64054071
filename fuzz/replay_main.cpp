// Runs one fuzz target over files and folders of inputs: what ctest does with the corpus in builds without libFuzzer.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
/// For the custom mutators, which nobody calls here.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* /*data*/, std::size_t size, std::size_t /*max_size*/) { return size; }

namespace {

int replay(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end()); // exact size: ASan sees an overrun of one byte
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
        if (entry.is_regular_file()) inputs += replay(entry.path());
      }
    } else if (std::filesystem::exists(argv[i])) {
      inputs += replay(argv[i]);
    }
  }
  if (inputs == 0) {
    std::fprintf(stderr, "no input replayed: the corpus is missing\n");
    return 1;
  }
  std::printf("%d inputs replayed\n", inputs);
  return 0;
}
