// Whether a server holds the history that a checkpoint is a point of (CONTRACT section 3).
#pragma once

#include <rowferry/source/event_source.hpp>

namespace rowferry {

enum class ResumeBy : std::uint8_t { gtid, file };

/// What a dump is asked for: the delivered position, or what lies further back for the sake of undecided XA
/// transactions.
struct ResumePlan {
  ResumeBy by = ResumeBy::gtid;
  Position from;
};

/// How to go on from `resume` on this server, or why that is impossible: final errors say what differs.
Result<ResumePlan> verify_resume(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                                 const Resume& resume);

/// The set algebra alone: fails when `executed` is not part of what the server executed, or when what is missing from
/// it was purged. For a dump by GTID.
Result<void> verify_gtids(Connection& connection, const SourceSettings& settings, const ServerFacts& server,
                          const GtidSet& executed);

} // namespace rowferry
