#include "base/limits.hpp"
#include "query/operators.hpp"
#include "query/parser_reader.hpp"

/// Chains: steps and operators, the same in request paths, selectors and predicates.
namespace waybill::query {
namespace {

constexpr std::string_view cross_fetch = "api/v1/";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

/// The chain behind the version segment; it may be empty.
bool Reader::read_path(Span range, std::span<const Link>& out) {
  ChainCount count;
  if (!read_links(range.begin, range.end, count)) return false;
  out = take(links_, 0);
  return true;
}

/// A chain in an argument: it begins with a step, an operator or one of the special starts.
bool Reader::read_chain(Span range, std::span<const Link>& out) {
  if (range.begin == range.end) return fail_syntax("expected a member or an operator", range);
  const size_t mark = links_.size();
  ChainCount count;
  uint32_t pos = range.begin;
  if (!read_start(range, count, pos) || !read_links(pos, range.end, count)) return false;
  if (links_.size() == mark) return fail_syntax("expected a member or an operator", range);
  out = take(links_, mark);
  return true;
}

bool Reader::read_start(Span range, ChainCount& count, uint32_t& pos) {
  const std::string_view text = raw(range);
  bool is_literal = false;
  if (!read_literal(range, pos, is_literal)) return false;
  if (is_literal) return true;

  const uint32_t slash = text.starts_with('/') ? 1 : 0;
  if (text.substr(slash).starts_with(cross_fetch)) {
    pos = range.begin + slash + static_cast<uint32_t>(cross_fetch.size()) - 1;
    return push_named(LinkKind::root, {range.begin, pos});
  }
  if (text.starts_with('/') || text.starts_with('~')) return true;
  if (text.starts_with('$')) {
    const Span segment{range.begin, segment_end(range.begin, range.end)};
    const std::string_view name = raw(segment);
    const LinkKind kind = name == "$this"    ? LinkKind::self
                          : name == "$prior" ? LinkKind::prior
                          : name == "$index" ? LinkKind::index
                                             : LinkKind::step;
    if (kind != LinkKind::step) {
      pos = segment.end;
      return push_named(kind, segment);
    }
  }
  return read_step(pos, range.end, count);
}

/// a literal must be closed, unless a "," cut it in two halves of plain text (T-Q-24).
bool Reader::read_literal(Span range, uint32_t& pos, bool& found) {
  const Character quote = character_at(pos, range.end);
  if (quote.value != '\'') return true;
  const uint32_t end = literal_end(pos, range.end);
  if (end == 0) {
    return is_cut_by_comma(pos) || fail_syntax("literal is never closed", range);
  }
  found = true;
  if (!push_named(LinkKind::literal, {pos, end})) return false;
  const uint32_t closing = raw_[end - 1] == '\'' ? 1 : 3;
  pos = end;
  return leaf({range.begin + quote.size, end - closing}, links_.back().name);
}

bool Reader::push_named(LinkKind kind, Span span) {
  Link& link = links_.emplace_back();
  link.kind = kind;
  link.span = span;
  return true;
}

bool Reader::read_links(uint32_t pos, uint32_t end, ChainCount& count) {
  while (pos < end) {
    if (raw_[pos] == '~') {
      if (!read_operator(pos, end, count)) return false;
    } else if (raw_[pos] == '/') {
      if (++pos == end) return true;  // one trailing "/" is ignored
      if (!read_step(pos, end, count)) return false;
    } else {
      return fail_syntax("expected \"/\" or \"~\"", {pos, end});
    }
  }
  return true;
}

bool Reader::read_step(uint32_t& pos, uint32_t end, ChainCount& count) {
  const Span span{pos, segment_end(pos, end)};
  pos = span.end;
  if (span.begin == span.end) {
    note_empty_segment(span);
    return true;
  }
  if (++count.steps > limits::path_steps) {
    return fail_limit("path steps", limits::path_steps, span);
  }
  Link& link = links_.emplace_back();
  link.span = span;
  return classify(span, link);
}

/// Where the segment at `begin` ends: at the next "/" or "~" outside parentheses. In a dynamic
/// member a "~" may belong to the text; in the separator of a split only where no operator
/// can follow: at its end, and in front of "/" and "~".
uint32_t Reader::segment_end(uint32_t begin, uint32_t end) const {
  const uint32_t dynamic = dynamic_operator(begin, end);
  const Character first = character_at(begin, end);
  const bool is_split = first.value == '/' || (first.value == '=' && dynamic == first.size);
  const auto is_text = [&](uint32_t tilde) {
    if (dynamic == 0 || !pairs_with_tilde(tilde)) return false;
    return !is_split || tilde + 1 == end || raw_[tilde + 1] == '~' || raw_[tilde + 1] == '/';
  };
  uint32_t pos = begin + dynamic;
  while (pos < end && raw_[pos] != '/') {
    if (raw_[pos] == '~' && !is_text(pos)) break;
    pos = raw_[pos] == '(' ? closing_[pos] + 1 : pos + 1;
  }
  return pos;
}

/// Tells the kinds of segments apart (section 3, `segment`).
bool Reader::classify(Span span, Link& link) {
  if (!leaf(span, link.name)) return false;
  if (dynamic_operator(span.begin, span.end) > 0) {
    link.kind = LinkKind::dynamic;
  } else if (link.name.starts_with('*')) {
    // "*name" collects a member; other stars begin a cron form such as "*_*_*_*_*".
    const bool collects = link.name.size() > 1 && (is_letter(link.name[1]) || link.name[1] == '@');
    link.kind = collects ? LinkKind::each : LinkKind::dynamic;
    if (collects) link.name.remove_prefix(1);
  } else if (link.name.starts_with('@') && link.name.size() > 1 && link.name != "@type") {
    link.kind = LinkKind::finder;
    link.name.remove_prefix(1);
  } else if (const size_t equals = link.name.find('='); equals != std::string_view::npos) {
    link.kind = LinkKind::keyed;
    link.value = link.name.substr(equals + 1);
    link.name = link.name.substr(0, equals);
  }
  return true;
}

bool Reader::read_operator(uint32_t& pos, uint32_t end, ChainCount& count) {
  const uint32_t begin = pos;
  uint32_t name_end = begin + 1;
  while (name_end < end && std::string_view("(/~").find(raw_[name_end]) == std::string_view::npos) {
    ++name_end;
  }
  pos = name_end;
  if (name_end == begin + 1) return fail_syntax("operator without a name", {begin, name_end});
  if (++count.operators > limits::operators_per_chain) {
    return fail_limit("operators", limits::operators_per_chain, {begin, name_end});
  }

  Link link;
  link.kind = LinkKind::op;
  if (!leaf({begin + 1, name_end}, link.name)) return false;
  if (pos < end && raw_[pos] == '(') {
    const Span arguments{pos + 1, closing_[pos]};
    pos = arguments.end + 1;
    link.has_parentheses = true;
    if (!read_arguments(arguments, link)) return false;
  } else {
    link.op = find_operator(link.name).op;
  }
  link.span = {begin, pos};
  links_.push_back(link);
  return true;
}

bool Reader::read_arguments(Span arguments, Link& link) {
  const OperatorEntry& entry = find_operator(link.name);
  link.op = entry.op;
  if (entry.op == Op::join) return leaf(arguments, link.value);  // verbatim, blanks too
  arguments = trim(arguments);
  if (arguments.begin == arguments.end) return true;
  switch (entry.form) {
    case ArgumentForm::selectors:
      return read_selectors(arguments, link.selectors);
    case ArgumentForm::predicates:
      return read_predicates(arguments, link.predicates);
    case ArgumentForm::sort_key:
      return read_sort_key(arguments, link.sort);
    case ArgumentForm::text:
      return leaf(arguments, link.value);
  }
  return true;
}

}  // namespace waybill::query
