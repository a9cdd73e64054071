// A message as one line of text.
#pragma once

#include <rowferry/encode/message.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// Appends `{"topic":…,"partition":…,"key":…,"headers":{…},"value":…}` and a line feed. A text is a JSON string; bytes
/// that are not UTF-8 are `{"base64":"…"}`; a Kafka null is null. `partition` is null where the key decides and "*" for
/// every partition; `timestamp_ms` follows it where one is set; `headers` is left out where there are none; their names
/// are UTF-8.
void append_json_line(std::string& out, const Message& message, std::string_view topic);
/// Appends the value and a line feed; a Kafka null is an empty line.
void append_payload_line(std::string& out, const Message& message);

} // namespace rowferry
