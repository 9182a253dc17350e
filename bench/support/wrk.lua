-- Requests for wrk, by the words behind "--" on its command line:
--   echo PATH BODYFILE         PUT of the body, always the same target
--   order PREFIX BODYFILE      PUT of a new order each time; {id} in the body is its number
--   pay ORDERS BODYFILE ROUND  a payment of its own for one of the orders B-0 to B-<ORDERS - 1>
--   act TARGETS BODYFILE       PATCH of each target, one a line, once, then it ends; {id} in the body is the target
--   get PATH                   GET
-- Any answer but the one expected ends the run.

local kind, subject, body, round, expected, targets
local headers = { ["Content-Type"] = "application/json" }
local count = 0
local answered = 0
local began

local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } waybill_time; int clock_gettime(int clock, waybill_time *now);")

local function seconds()
  local now = ffi.new("waybill_time")
  ffi.C.clock_gettime(1, now)
  return tonumber(now.s) + tonumber(now.ns) / 1e9
end

function init(args)
  kind, subject = args[1], args[2]
  if args[3] then
    local file = assert(io.open(args[3], "rb"))
    body = file:read("*a")
    file:close()
  end
  round = args[4]
  if kind == "act" then
    targets = {}
    for line in io.lines(subject) do targets[#targets + 1] = line end
  end
  expected = kind == "order" and 201 or 200
end

function request()
  count = count + 1
  if kind == "get" then return wrk.format("GET", subject) end
  if kind == "echo" then return wrk.format("PUT", subject, headers, body) end
  if kind == "order" then
    local id = subject .. count
    local own = body:gsub("{id}", id)
    return wrk.format("PUT", "/v1/trade-orders/com.acme.order-id=" .. id, headers, own)
  end
  if kind == "act" then
    began = began or seconds()
    if count > #targets then return wrk.format("GET", "/v1/now") end  -- while the last ones are on their way
    local own = body:gsub("{id}", targets[count])
    return wrk.format("PATCH", targets[count], headers, own)
  end
  local order = count % tonumber(subject)
  local own = body:gsub("{id}", "T-" .. round .. "-" .. count)
  return wrk.format("PATCH", "/v1/trade-orders/com.acme.order-id=B-" .. order .. "/actions", headers, own)
end

function response(status, _, text)
  if status ~= expected then
    io.stderr:write("unexpected answer ", status, ": ", text, "\n")
    os.exit(1)
  end
  answered = answered + 1
  if kind == "act" and answered == #targets then  -- in the form of wrk's own report
    io.write("Requests/sec: ", answered / (seconds() - began), "\n")
    io.flush()
    os.exit(0)
  end
end
