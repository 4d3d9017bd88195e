-- Makes wrk send the requests in a file in order. Each thread starts at another line.
local requests, at = {}, 0
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  for line in io.lines(args[1]) do
    local path, known = line:match("^(%S+)\t(.*)$")
    local headers = { ["Accept-Encoding"] = args[2], ["User-Agent"] = args[3] }
    if known ~= "" then headers["If-None-Match"] = known end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
  at = number * 997 % #requests
  local rest = tonumber(args[4])
  if rest > 0 then delay = function() return rest end end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'load_result {"microseconds":%d,"requests":%d,"bytes":%d,"p50":%d,"p99":%d,"longest":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
    summary.duration, summary.requests, summary.bytes, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect, e.read, e.write, e.timeout, e.status))
end
