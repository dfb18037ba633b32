"""What Redis does with the spool in one step, in Lua.

KEYS[1] to KEYS[5] are the streams, the least serious level first. An entry has one field, the
record as JSON; its id says when it came.
"""

# KEYS[6]: how many of each level were dropped. ARGV: how many the spool may hold; five numbers,
# by level, of records that were dropped on their way here; then for each record which stream it
# goes into, and itself. Answers how many had to go.
APPEND = """
local level = {'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'}
for i = 1, 5 do
    if tonumber(ARGV[1 + i]) > 0 then
        redis.call('HINCRBY', KEYS[6], level[i], ARGV[1 + i])
    end
end
for i = 7, #ARGV, 2 do
    redis.call('XADD', KEYS[tonumber(ARGV[i])], '*', 'record', ARGV[i + 1])
end
local over = -tonumber(ARGV[1])
for i = 1, 5 do
    over = over + redis.call('XLEN', KEYS[i])
end
local gone = 0
for i = 1, 5 do
    if over > 0 then
        local held = redis.call('XLEN', KEYS[i])
        local trimmed = redis.call('XTRIM', KEYS[i], 'MAXLEN', math.max(held - over, 0))
        if trimmed > 0 then
            redis.call('HINCRBY', KEYS[6], level[i], trimmed)
        end
        over = over - trimmed
        gone = gone + trimmed
    end
end
return gone
"""

# ARGV: how many records and how many bytes at most, but always one record. Answers of each: which
# stream it is in, its id, the record. The most serious level first, in it the oldest.
OLDEST = """
local most, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local found = {}
for i = 5, 1, -1 do
    local from = '-'
    while #found < most do
        local some = redis.call('XRANGE', KEYS[i], from, '+', 'COUNT', math.min(100, most - #found))
        if #some == 0 then
            break
        end
        for _, entry in ipairs(some) do
            room = room - #entry[2][2]
            if room < 0 and #found > 0 then
                return found
            end
            found[#found + 1] = {i, entry[1], entry[2][2]}
        end
        from = '(' .. some[#some][1]
    end
end
return found
"""

# KEYS[1]: the lease. ARGV: whose it is, and for how many milliseconds more, 0 to end it. Answers
# whether it was theirs.
LEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
if ARGV[2] == '0' then
    redis.call('DEL', KEYS[1])
else
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
"""
