// librdkafka's log lines, thinned out.
#pragma once

#include <string_view>

namespace rowferry::kafka {

/// Logs a line of librdkafka's (`level` as in syslog). The same complaint, numbers aside, is logged at most every 10 s:
/// librdkafka repeats some of them at every attempt. Any thread.
void log_client_line(int level, std::string_view facility, std::string_view line);

} // namespace rowferry::kafka
