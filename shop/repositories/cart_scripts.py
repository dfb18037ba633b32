"""What Redis does with a cart in one piece.

KEYS of a change: the set of book ids, the line, where a removed line is kept, and for an account's
cart the number of its changes. ARGV: book id, life of the cart in seconds, prefix of the lines'
keys, and what the script names.
"""

ARGUMENTS = "local book, life, prefix = ARGV[1], ARGV[2], ARGV[3]\n"

# The end of each change: all that belongs to the cart lives on.
RENEW = """
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  redis.call('EXPIRE', prefix .. id, life)
end
redis.call('EXPIRE', KEYS[1], life)
if KEYS[4] then
  redis.call('INCR', KEYS[4])
  redis.call('EXPIRE', KEYS[4], life)
end
"""

# ARGV: quantity, how, most copies, time, most lines.
# how: "set" the quantity, "add" to it, or keep "at_least" that many (which never refuses).
# Answers the line's quantity, -1 when the cart is full, -2 when it would be too many copies.
PUT = f"""{ARGUMENTS}
local how = ARGV[5]
local now = tonumber(redis.call('HGET', KEYS[2], 'quantity') or '0')
local wanted = tonumber(ARGV[4])
if how == 'add' then wanted = now + wanted end
if how == 'at_least' then wanted = math.max(now, wanted)
elseif wanted > tonumber(ARGV[6]) then return -2 end
if redis.call('SISMEMBER', KEYS[1], book) == 0 then
  if how ~= 'at_least' and redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[8]) then
    return -1
  end
  redis.call('SADD', KEYS[1], book)
end
redis.call('HSET', KEYS[2], 'quantity', wanted)
redis.call('HSETNX', KEYS[2], 'added_at', ARGV[7])
redis.call('DEL', KEYS[3])
{RENEW}
return wanted
"""

# The line is that of the book that is kept. ARGV: the book that is gone, most copies.
# What lay in the cart of the one lies in it of the other, in the place of the first of the two:
# never more than the most copies of one title, but for what was there already. Answers 1; 0 where
# nothing lies there, since somebody else has moved it.
LEAD = f"""{ARGUMENTS}
local gone = prefix .. ARGV[4]
redis.call('SREM', KEYS[1], ARGV[4])
local line = redis.call('HMGET', gone, 'quantity', 'added_at')
redis.call('DEL', gone)
if not line[1] then return 0 end
local kept = redis.call('HMGET', KEYS[2], 'quantity', 'added_at')
local now, at = tonumber(kept[1] or '0'), line[2] or '0'
if kept[2] and tonumber(kept[2]) < tonumber(at) then at = kept[2] end
local sum = math.max(now, math.min(now + tonumber(line[1]), tonumber(ARGV[5])))
redis.call('SADD', KEYS[1], book)
redis.call('HSET', KEYS[2], 'quantity', sum, 'added_at', at)
redis.call('DEL', KEYS[3])
{RENEW}
return 1
"""

# ARGV: for how many seconds the line can be put back.
REMOVE = f"""{ARGUMENTS}
redis.call('SREM', KEYS[1], book)
if tonumber(ARGV[4]) > 0 and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('RENAME', KEYS[2], KEYS[3])
  redis.call('EXPIRE', KEYS[3], ARGV[4])
else
  redis.call('DEL', KEYS[2], KEYS[3])
end
{RENEW}
"""

# ARGV: most lines. Answers 1; 0 when nothing is kept, -1 when the cart has become full meanwhile.
RESTORE = f"""{ARGUMENTS}
if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[4]) then return -1 end
redis.call('SADD', KEYS[1], book)
redis.call('RENAME', KEYS[3], KEYS[2])
{RENEW}
return 1
"""

# KEYS: the set, the number of changes. ARGV: prefix.
# Answers that number, then book id, quantity and added_at of each line.
READ = """
local answer = {tonumber(redis.call('GET', KEYS[2]) or '0')}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local line = redis.call('HMGET', ARGV[1] .. id, 'quantity', 'added_at')
  if line[1] then
    answer[#answer + 1] = {id, line[1], line[2] or '0'}
  end
end
return answer
"""

# KEYS: the set, the number of changes. ARGV: life, prefix, number of changes, then book id,
# quantity and added_at of each line. A cart that has seen more changes stays as it is.
REFILL = """
local life, prefix, changes = ARGV[1], ARGV[2], tonumber(ARGV[3])
if tonumber(redis.call('GET', KEYS[2]) or '0') >= changes then return 0 end
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  redis.call('DEL', prefix .. id)
end
redis.call('DEL', KEYS[1])
for at = 4, #ARGV, 3 do
  redis.call('SADD', KEYS[1], ARGV[at])
  redis.call('HSET', prefix .. ARGV[at], 'quantity', ARGV[at + 1], 'added_at', ARGV[at + 2])
  redis.call('EXPIRE', prefix .. ARGV[at], life)
end
redis.call('EXPIRE', KEYS[1], life)
redis.call('SET', KEYS[2], changes, 'EX', life)
return 1
"""
