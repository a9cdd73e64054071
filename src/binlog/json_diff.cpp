#include <rowferry/binlog/json_diff.hpp>

#include <rowferry/base/text.hpp>
#include <rowferry/binlog/values.hpp>

#include "binlog/json_tree.hpp"

namespace rowferry::binlog {

class JsonPatcher::Tree : public JsonTree {};

// operation 1 | path length, path | replace and insert: value length, value
bool JsonDiffReader::next(JsonDiff& diff) noexcept {
  if (in_.remaining() == 0) return false;
  const std::uint8_t operation = in_.u8();
  if (operation > static_cast<std::uint8_t>(JsonDiffOperation::remove)) in_.fail();
  diff.operation = static_cast<JsonDiffOperation>(operation);
  diff.path = as_text(in_.bytes(in_.lenenc()));
  diff.value = {};
  if (diff.operation != JsonDiffOperation::remove) {
    diff.value = in_.bytes(in_.lenenc());
    if (diff.value.empty()) in_.fail();
  }
  return in_.ok();
}

bool append_json_diffs(Output& out, Bytes diffs) {
  constexpr std::string_view kOperations[] = {R"({"op":"replace","path":)", R"({"op":"insert","path":)",
                                              R"({"op":"remove","path":)"};
  JsonDiffReader reader(diffs);
  JsonDiff diff;
  out.push('[');
  for (bool first = true; reader.next(diff); first = false) {
    if (!is_utf8(diff.path)) return false;
    if (!first) out.push(',');
    out.append(kOperations[static_cast<std::size_t>(diff.operation)]);
    append_json_string(out, diff.path);
    if (diff.operation != JsonDiffOperation::remove) {
      out.append(R"(,"value":)");
      if (!append_json_text(out, diff.value)) return false;
    }
    out.push('}');
  }
  out.push(']');
  return reader.ok();
}

JsonPatcher::JsonPatcher() : tree_(std::make_unique<Tree>()) {}
JsonPatcher::~JsonPatcher() = default;
JsonPatcher::JsonPatcher(JsonPatcher&&) noexcept = default;
JsonPatcher& JsonPatcher::operator=(JsonPatcher&&) noexcept = default;

bool JsonPatcher::apply(Bytes base, Bytes diffs, std::vector<std::uint8_t>& out) {
  tree_->open(base, diffs.size());
  JsonDiffReader reader(diffs);
  JsonDiff diff;
  while (reader.next(diff)) {
    if (!tree_->change(diff)) return false;
  }
  return reader.ok() && tree_->write(out);
}

void JsonPatcher::shrink() {
  if (tree_->is_big()) tree_ = std::make_unique<Tree>();
}

} // namespace rowferry::binlog
