// Differences of JSON documents, which PARTIAL_UPDATE_ROWS holds in place of documents (PROTOCOL.md 2.6).
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/base/bytes.hpp>
#include <rowferry/base/output.hpp>
#include <string_view>
#include <vector>

namespace rowferry::binlog {

enum class JsonDiffOperation : std::uint8_t { replace = 0, insert = 1, remove = 2 };

/// One difference; views borrow from the cell.
struct JsonDiff {
  JsonDiffOperation operation = JsonDiffOperation::replace;
  std::string_view path; ///< as the server writes it: `$.a."b c"[3]`
  Bytes value;           ///< a document of binary JSON; empty for remove
};

/// Walks the bytes of a cell in state `diffs`.
class JsonDiffReader {
 public:
  explicit JsonDiffReader(Bytes diffs) noexcept : in_(diffs) {}
  /// False at the end, and at what is no difference: ask ok().
  bool next(JsonDiff& diff) noexcept;
  [[nodiscard]] bool ok() const noexcept { return in_.ok(); }

 private:
  ByteReader in_;
};

/// Appends `[{"op":"replace","path":"$.a","value":1},…]`, values as append_json_text prints them. False: malformed;
/// what was appended is then to be discarded.
bool append_json_diffs(Output& out, Bytes diffs);

/// Applies differences to documents. Keeps its buffers from one call to the next: nothing is allocated once they have
/// grown. One thread.
class JsonPatcher {
 public:
  JsonPatcher();
  ~JsonPatcher();
  JsonPatcher(JsonPatcher&&) noexcept;
  JsonPatcher& operator=(JsonPatcher&&) noexcept;

  /// Appends the document (binary JSON) that `base` becomes. Work and memory are linear in the sizes of the two,
  /// whatever the bytes say. False: one of the differences is malformed or does not fit the document; what was appended
  /// is then to be discarded.
  bool apply(Bytes base, Bytes diffs, std::vector<std::uint8_t>& out);
  /// Gives back what a big document took.
  void shrink();

 private:
  class Tree;
  std::unique_ptr<Tree> tree_;
};

} // namespace rowferry::binlog
