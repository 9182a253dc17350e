#include "query/advice.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "query/arguments.hpp"
#include "query/primitive.hpp"
#include "query/shape.hpp"

namespace waybill::query {

namespace {

/// Who asks for a name decides which trap an undeclared one is.
enum class Use : uint8_t { predicate, projection, exclusion, distinction, navigation };

class Adviser {
 public:
  Adviser(const View& view, Surroundings& around) : view_(view), around_(around) {}

  void chain(Known known, std::span<const Link> links, Use use, bool aliased) {
    bool first = true;
    const Link* limited = nullptr;  // a take, skip or first in front of what comes (T-Q-9)
    Shape shape;
    for (const Link& link : links) {
      if (link.kind == LinkKind::op) {
        if (shape.empty()) shape = links.subspan(static_cast<size_t>(&link - links.data()));
        operation(known, link, limited, shape.first(static_cast<size_t>(&link - shape.data())));
        first = false;
        continue;
      }
      if (find_alias(shape, link).expr != nullptr) return;  // an alias: not looked into
      shape = {};
      limited = nullptr;
      if (refused(known, link)) return;
      bool declared;
      Known next = follow(view_, known, link, declared);
      if (known.form == Known::Form::scalar && next.form == Known::Form::unknown) {
        next = member_of_scalar(known, link);
      }
      if (!declared) return undeclared(known, link, use, aliased || first);
      known = next;
      first = false;
    }
  }

  Failure take_failure() { return std::move(failure_); }

 private:
  /// a member that no type serves.
  bool refused(const Known& from, const Link& link) {
    if (from.form != Known::Form::objects || link.kind != LinkKind::step) return false;
    const Member* refused = nullptr;
    for (const Type* type : from.types) {
      const Member* member = type->find(link.name);
      if (member == nullptr) continue;
      if (member->kind != Kind::refused) return false;
      refused = member;
    }
    if (refused == nullptr) return false;
    refuse(not_supported("'" + std::string(link.name) + "'", refused->planned));
    return true;
  }

  void hint(const Trap& trap, const Span& at) {
    around_.hint(trap.id, at, std::string(trap.message));
  }

  void refuse(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
  }

  /// What a member of a single value gives, told from some value of the kind.
  Known member_of_scalar(const Known& from, const Link& link) {
    Value some;
    if (from.kind == Kind::text) some = Value::of("1");
    if (from.kind == Kind::decimal) some = Value::of(Decimal::from_int(1));
    if (from.kind == Kind::instant) some = Value::of(view_.now);
    if (from.kind == Kind::boolean) some = Value::of(true);
    if (some.missing()) return {};
    const bool collects = link.kind == LinkKind::each;
    const PrimitiveMember member =
        primitive_member(view_, some, collects ? link.name : step_text(view_, link));
    switch (member.found) {
      case PrimitiveMember::Found::yes: {
        if (member.value.missing()) return {};
        Known given = known_value(view_, member.value);
        given.list = given.list || from.list || collects;
        return given;
      }
      case PrimitiveMember::Found::unknown:
        if (in_predicate_) hint(traps::unknown_member, link.span);
        return {};
      case PrimitiveMember::Found::unsupported:
        refuse(not_supported("'" + std::string(link.name) + "'", false));
        return {};
    }
    return {};
  }

  void undeclared(const Known& from, const Link& link, Use use, bool whole) {
    if (use == Use::navigation) return;  // a 404, or null in a selector
    if (from.form == Known::Form::identifiers) {
      if (use == Use::predicate) {
        around_.hint("T-Q-7", link.span,
                     "no namespaced key: a.b.c, without a dash in the first part");
      } else if (use == Use::exclusion) {
        around_.hint("T-Q-3", link.span, "no such identifier: nothing is dropped");
      } else {
        around_.hint(whole ? "T-Q-2" : "T-Q-6", link.span, "no namespaced key: null");
      }
      return;
    }
    if (link.name.find('.') != std::string_view::npos) {
      std::string path(link.name);
      const bool identifier = path.rfind("identifiers.", 0) == 0;
      if (const size_t at = path.find(".identifiers."); at != std::string::npos) {
        path[at] = '/';
        path[at + 12] = '/';
      } else if (identifier) {
        path[11] = '/';
      } else {
        std::replace(path.begin(), path.end(), '.', '/');
      }
      return around_.hint("T-Q-8", link.span, "one name, and undeclared: write " + path);
    }
    switch (use) {
      case Use::predicate:
        return around_.hint("T-Q-1", link.span, "no such member: it counts as missing");
      case Use::projection:
        return around_.hint(
            whole ? "T-Q-2" : "T-Q-6", link.span,
            whole ? "no such member: null" : "no such member: it makes the whole one null");
      case Use::exclusion:
        return around_.hint("T-Q-3", link.span, "no such member: nothing is dropped");
      case Use::distinction:
        return around_.hint("T-Q-4", link.span, "no such member: one element is left");
      case Use::navigation:
        return;
    }
  }

  void expression(const Known& from, const Expr& expr, Use use, bool aliased) {
    for (const Expr& part : expr.parts) expression(from, part, use, true);
    if (expr.links.empty()) return;
    std::span<const Link> rest = expr.links.subspan(1);
    switch (expr.links[0].kind) {
      case LinkKind::literal:
        return chain(scalar(Kind::text), rest, use, aliased);
      case LinkKind::index:
        return chain(scalar(Kind::decimal), rest, use, aliased);
      case LinkKind::prior:
        return;
      case LinkKind::root: {
        Value start;
        if (around_.directory == nullptr || !around_.directory->open(rest, start)) return;
        return chain(known_value(view_, start), rest, Use::navigation, aliased);
      }
      default:
        return chain(from, expr.links, use, aliased);
    }
  }

  static bool is_bare(const Link& op) {
    return op.value.empty() && op.selectors.empty() && op.predicates.empty() && op.sort == nullptr;
  }

  /// `known`: what the operator works on; becomes what it gives.
  void operation(Known& known, const Link& op, const Link*& limited, Shape before) {
    const Known one = element(known);
    order_of_operators(op, limited);
    if (in_predicate_) inside_predicate(known, op);
    switch (op.op) {
      case Op::with:
      case Op::just:
      case Op::without:
      case Op::simple_just:
        if (is_bare(op) && op.name != "fields") bare(op);
        break;
      case Op::where:
      case Op::either:
      case Op::skip:
        if (is_bare(op)) bare(op);
        break;
      case Op::unknown:
        around_.hint("T-Q-11", op.span, "unknown operator: null");
        break;
      default:
        break;
    }
    for (const Selector& selector : op.selectors) selected(one, op, selector, before);
    for (const Predicate& predicate : op.predicates) tested(one, predicate);
    if (op.sort != nullptr) expression(one, op.sort->expr, Use::navigation, true);
    if (op.has_parentheses && takes_no_argument(op.op)) known = {};
    switch (op.op) {
      case Op::first:
      case Op::last:
        known = one;
        return;
      case Op::count:
        known = scalar(Kind::decimal);
        return;
      case Op::join:
        known = known.list ? scalar(Kind::text) : Known{};
        return;
      case Op::to_lower:
      case Op::to_upper:
      case Op::to_string:
        known = scalar(Kind::text, known.list);
        return;
      case Op::repeat:
        known.list = true;
        return;
      case Op::flat:
        if (known.form == Known::Form::objects) return;  // nothing to open
        known = {};
        return;
      case Op::array:
      case Op::entries:
      case Op::map:
      case Op::unknown:
      case Op::unsupported:
        known = {};
        return;
      default:
        return;
    }
  }

  /// What evaluation tells of the values that an operator works on, but not inside a predicate.
  void inside_predicate(const Known& known, const Link& op) {
    if (op.has_parentheses && takes_no_argument(op.op))
      return hint(traps::empty_parentheses, op.span);
    if (const Expr* key = distinct_key(op); key != nullptr && names_bad_identifier(*key)) {
      refuse(undeclared_key("distinct", text_of(around_.raw, key->span)));
    }
    if (known.form == Known::Form::unknown) return;
    if (known.list && known.form == Known::Form::objects) {
      const std::span<const Link> key =
          op.sort != nullptr ? op.sort->expr.links : std::span<const Link>{};
      if (op.op == Op::order) refuse(objects_not_sorted("order"));
      if (key.size() == 1 && key[0].kind == LinkKind::self) {
        refuse(objects_not_sorted("orderBy($this)"));
      }
      if (!is_declared(view_, known, key)) refuse(undeclared_key("sort", op.sort->text));
    }
    if (op.op == Op::count && !known.list) hint(traps::count_of_one, op.span);
    if (op.op == Op::entries && known.list) hint(traps::entries_of_list, op.span);
    if (op.op == Op::distinct && known.list && known.form == Known::Form::objects) {
      hint(traps::distinct_objects, op.span);
    }
  }

  static Known element(const Known& known) {
    Known one = known;
    one.list = false;
    return one;
  }

  void bare(const Link& op) {
    around_.hint("T-Q-10", op.span,
                 op.op == Op::just || op.op == Op::simple_just
                     ? "without members: all are dropped"
                     : "without an argument it does nothing");
  }

  void order_of_operators(const Link& op, const Link*& limited) {
    const bool looks_at_all = op.op == Op::where || op.op == Op::either || op.op == Op::order_by;
    if (limited != nullptr && looks_at_all) {
      around_.hint("T-Q-9", op.span, "runs on what ~" + std::string(limited->name) + " left");
    }
    if (limited != nullptr && limited->op == Op::take && op.op == Op::skip) {
      around_.hint("T-Q-9", op.span, "skips within what ~take left");
    }
    const bool limits = op.op == Op::take || op.op == Op::skip || op.op == Op::first;
    if (limits && (limited == nullptr || op.op == Op::take)) limited = &op;
  }

  void selected(const Known& from, const Link& op, const Selector& selector, Shape before) {
    const Use use = op.op == Op::without       ? Use::exclusion
                    : op.op == Op::distinct_by ? Use::distinction
                                               : Use::projection;
    if (op.op == Op::simple_just) return;
    if (op.op == Op::array) return expression(from, selector.expr, Use::navigation, true);
    const std::span<const Link> links = selector.expr.links;
    expression(from, selector.expr, use, !selector.alias.empty());
    if (links.empty()) return;
    if (use == Use::exclusion && links.size() > 1 && links[1].kind != LinkKind::op) {
      around_.hint("T-Q-6", selector.expr.span,
                   "the whole member '" + std::string(links[0].name) + "' is dropped");
    }
    if (use == Use::projection) narrowing(from, selector, links, before);
  }

  /// T-Q-23: `just` on an open object; a member that was narrowed earlier and is named again.
  void narrowing(const Known& from, const Selector& selector, std::span<const Link> links,
                 Shape before) {
    Known known = from;
    for (const Link& link : links) {
      if (link.kind == LinkKind::op) {
        if (link.op == Op::just &&
            (known.form == Known::Form::identifiers || known.kind == Kind::json)) {
          around_.hint("T-Q-23", link.span,
                       "open objects keep their keys under ~just: use ~without");
        }
        break;
      }
      bool declared;
      known = follow(view_, known, link, declared);
    }
    if (links.size() != 1 || !selector.alias.empty()) return;
    for (const Link& earlier : before) {
      for (const Selector& own : earlier.selectors) {
        if (is_projection(earlier.op) && own.expr.links.size() > 1 &&
            slot_name(own) == links[0].name) {
          around_.hint("T-Q-23", selector.expr.span,
                       "names a member that was narrowed: it is whole again");
        }
      }
    }
  }

  void tested(const Known& from, const Predicate& predicate) {
    const bool outer = std::exchange(in_predicate_, true);
    expression(from, predicate.left, Use::predicate, true);
    in_predicate_ = outer;
    if (predicate.cmp == Cmp::truthy || predicate.cmp == Cmp::falsy) return;
    if (predicate.value.starts_with('=') && !predicate.quoted) {
      return around_.hint("T-Q-18", predicate.span, "the value begins with '=': one is enough");
    }
    if (predicate.is_null) return;
    Known known = from;
    for (const Link& link : predicate.left.links) {
      if (link.kind == LinkKind::op) {
        if (link.op != Op::count) return;
        known = scalar(Kind::decimal);
        continue;
      }
      bool declared;
      known = follow(view_, known, link, declared);
      if (!declared) return;
    }
    if (known.form != Known::Form::scalar) return;
    const char* wanted =
        known.kind == Kind::decimal && !predicate.number && !predicate.is_long_number ? "a number"
        : known.kind == Kind::instant && !predicate.instant ? "a date or date-time"
        : known.kind == Kind::boolean && predicate.value != "true" && predicate.value != "false"
            ? "true or false"
            : nullptr;
    if (wanted != nullptr) {
      around_.hint("T-Q-18", predicate.span,
                   std::string("the value is not ") + wanted + ": never equal");
    }
  }

  const View& view_;
  Surroundings& around_;
  bool in_predicate_ = false;
  Failure failure_;
};

}  // namespace

Failure advise(const View& view, Surroundings& around, const Target& target, const Known& from,
               std::span<const Link> links) {
  if (target.cut_literal.begin < target.cut_literal.end) {
    around.hint("T-Q-24", target.cut_literal, "a bare comma splits, within quotes too: write %2C");
  }
  Adviser adviser(view, around);
  adviser.chain(from, links, Use::navigation, false);
  return adviser.take_failure();
}

}  // namespace waybill::query
