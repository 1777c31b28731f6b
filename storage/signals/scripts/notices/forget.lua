-- ask: job; removes every notice and delivery of the job, and answers how many deliveries there were
local ids = redis.call('ZRANGE', of_job(ask.job), 0, -1)
for _, id in ipairs(ids) do
    local notice = get(id, 'notice')
    if notice then redis.call('DEL', notice_key(notice)) end
    forget(id)
end
redis.call('DEL', of_job(ask.job))
for _, notice in ipairs(redis.call('ZRANGE', NOTICES, 0, -1)) do
    if string.sub(notice, 1, #ask.job + 1) == ask.job .. '.' then
        redis.call('ZREM', NOTICES, notice)
        redis.call('DEL', notice_key(notice))
    end
end
return {tostring(#ids)}
