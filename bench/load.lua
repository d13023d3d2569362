-- Sends the requests of a file in turn, at most so fast, and tells at the end what came back. Arguments: the file, and milliseconds between
-- two requests of a connection. The file has a request a line: method, path and body, with tabs between.
local requests, next_one, pause = {}, 0, 0
local statuses = {}
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
  pause = tonumber(arguments[2] or "0")
  for line in io.lines(arguments[1]) do
    local method, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
    local headers = {["Accept"] = "application/json"}
    if body ~= "" then headers["Content-Type"] = "application/json" end
    table.insert(requests, wrk.format(method, path, headers, body))
  end
  next_one = math.random(#requests)
  told = ""
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function delay() return pause > 0 and math.random(0, 2 * pause) or 0 end

function response(status)
  statuses[status] = (statuses[status] or 0) + 1
  told = ""
  for code, count in pairs(statuses) do told = told .. code .. "=" .. count .. " " end
end

function done(summary, latency)
  local line = "LOAD seconds=" .. summary.duration / 1e6 .. " requests=" .. summary.requests .. " bytes=" .. summary.bytes
  for _, share in ipairs({50, 99}) do line = line .. " p" .. share .. "=" .. latency:percentile(share) / 1000 end
  line = line .. " max=" .. latency.max / 1000
  local broken = summary.errors
  line = line .. " broken=" .. (broken.connect + broken.read + broken.write + broken.timeout)
  for _, thread in ipairs(threads) do line = line .. " " .. (thread:get("told") or "") end
  print(line)
end
