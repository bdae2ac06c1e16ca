"""The atomic operations of the remote store, as Lua scripts for Valkey and Redis.

KEYS[1] is the key of a picture; ARGV[1] the hash of a token, ARGV[2] the lifetime of an upload in ms.
"""

_HOLDERS = """
local key, name, kept = KEYS[1], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function came(holder)
  local moment = tonumber(redis.call('HGET', key, holder) or 0)
  return moment >= now - kept and moment
end

-- Drops the holders whose time is over, and returns the others, the oldest first.
local function holders()
  local found = {}
  for _, holder in ipairs(redis.call('HKEYS', key)) do
    if holder ~= 'picture' then
      local moment = came(holder)
      if moment then
        table.insert(found, {name = holder, moment = moment})
      else
        redis.call('HDEL', key, holder)
      end
    end
  end
  table.sort(found, function(one, other) return one.moment < other.moment end)
  return found
end
"""

# Stores the file ARGV[3] with one more holder; at most ARGV[4] holders are kept.
PUT = f"""{_HOLDERS}
redis.call('HSET', key, 'picture', ARGV[3], name, now)
redis.call('PEXPIRE', key, kept)
local found = holders()
for place = 1, #found - tonumber(ARGV[4]) do
  redis.call('HDEL', key, found[place].name)
end
return #found
"""

# Removes a holder, and the picture with the last one. Returns the number left, or -1 for an unknown holder.
DROP = f"""{_HOLDERS}
if not came(name) then return -1 end
redis.call('HDEL', key, name)
local found = holders()
if #found == 0 then
  redis.call('UNLINK', key)
else
  redis.call('PEXPIREAT', key, found[#found].moment + kept)
end
return #found
"""

# Returns 1 for a holder, else 0.
HOLDS = f"""{_HOLDERS}
return came(name) and 1 or 0
"""
