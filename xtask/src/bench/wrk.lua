-- What wrk sends, and the check of every answer. Arguments: the kind of request, a file of subjects (one a line), a
-- file of credentials (user id and token, one pair a line), a label of the run that is one of a kind, a seed.
--
-- wrk does not say which connection an answer came by, so an answer is right if it is one that somebody waits for:
-- each request adds its subject to those waited for, each answer takes one away. Which connection gets which answer
-- is checked one by one before the run, by the program that starts wrk.

local threads = {}

function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end

local API = "/api/v1/omnichannel/"

local function lines(path)
  local all = {}
  for line in io.lines(path) do
    all[#all + 1] = line
  end
  return all
end

local function encoded(text)
  return (string.gsub(text, "[^%w%.%-_]", function(char) return string.format("%%%02X", string.byte(char)) end))
end

local function request_text(method, path, credentials, body)
  local user, token = string.match(credentials or "", "^(%S+) (%S+)$")
  local head = { method .. " " .. path .. " HTTP/1.1", "Host: " .. wrk.host .. ":" .. wrk.port }
  if user then
    head[#head + 1] = "X-User-Id: " .. user
    head[#head + 1] = "X-Auth-Token: " .. token
  end
  if body then
    head[#head + 1] = "Content-Type: application/json"
    head[#head + 1] = "Content-Length: " .. #body
  end
  return table.concat(head, "\r\n") .. "\r\n\r\n" .. (body or "")
end

-- How the requests of each kind are made of a subject, and what the answer must hold: a pattern that catches the
-- subject, or one that is enough by itself.
local kinds = {
  get = {
    make = function(id, who) return id, request_text("GET", API .. "contact?contactId=" .. id, who) end,
    answer = '^{"contact":{"_id":"([^"]+)"',
  },
  bare = {
    make = function(id, who) return "any", request_text("GET", API .. "contact?contactId=" .. id, who) end,
    answer = '^{"contact":{"_id":"000000000000000000000000"',
  },
  exists = {
    make = function(email, who)
      return "any", request_text("GET", API .. "contacts.checkExistence?email=" .. encoded(email), who)
    end,
    answer = '"exists":true',
  },
  update = {
    make = function(line, who)
      local id, name = string.match(line, "^(%S+) (.+)$")
      local body = '{"contactId":"' .. id .. '","name":"' .. name .. '"}'
      return id, request_text("POST", API .. "contacts.update", who, body)
    end,
    answer = '"contact":{"_id":"([^"]+)"',
  },
  login = {
    make = function(body) return "any", request_text("POST", "/api/v1/login", nil, body) end,
    answer = '"status":"success"',
  },
  -- Made anew each time.
  register = { answer = '"contact":"%x+"' },
}

local kind, label, people, requests, keys
local waiting, written = {}, 0
wrong, example = 0, ""

function init(args)
  local name = args[1]
  kind = kinds[name]
  people = lines(args[3])
  label = args[4] .. "-" .. number
  math.randomseed(tonumber(args[5]) * 64 + number)
  requests, keys = {}, {}
  if kind.make then
    for place, subject in ipairs(lines(args[2])) do
      keys[place], requests[place] = kind.make(subject, people[place % #people + 1])
    end
  end
end

local function registration()
  written = written + 1
  local token = label .. "-" .. written
  local body = '{"token":"' .. token .. '","name":"Mara Lindt ' .. written .. '","email":"' .. token
    .. '@bench.example","phone":"+999' .. string.format("%09d", written) .. '"}'
  return request_text("POST", API .. "contact", people[written % #people + 1], body)
end

function request()
  if not kind.make then
    return registration()
  end
  local place = math.random(#requests)
  local key = keys[place]
  waiting[key] = (waiting[key] or 0) + 1
  return requests[place]
end

function response(status, headers, body)
  local found = status == 200 and string.match(body, kind.answer)
  if found and kind.make then
    -- Without a capture the whole match is returned: one that is enough by itself.
    local key = keys[1] == "any" and "any" or found
    local count = waiting[key] or 0
    waiting[key] = count - 1
    found = count > 0
  end
  if not found then
    wrong = wrong + 1
    if wrong == 1 then
      example = status .. " " .. string.sub(body, 1, 300)
    end
  end
end

function done(summary, latency, requests)
  local bad, first = 0, ""
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong")
    if first == "" then
      first = thread:get("example")
    end
  end
  local errors = summary.errors
  io.write(string.format(
    "figures requests=%d micros=%d p50=%d p99=%d failed=%d wrong=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, bad
  ))
  if bad > 0 then
    io.write("example " .. first .. "\n")
  end
end
