-- ask: id (absent: whose turn it is), worker, lease_us, max_attempts, nonce, message; without id also most_per_owner,
-- patience (by class)
--
-- Without an id, what was begun before and whose worker is lost goes first. Then the first class, unless a lower one has
-- been passed over too often; in it, the lowest tag. Who has as many jobs running as one may steps back while anybody
-- else of the class waits; of interactive jobs only those count, so that a rejudge does not wait for an analysis.
local BLOCK = 100

-- Begin the job; the word that says what became of it.
local function begin(id)
    if not exists(id) then return 'missing' end
    local status = get(id, 'status')
    if is_final(status) then return 'ended' end
    if status == 'running' then
        if get(id, 'nonce') == ask.nonce then return 'claimed' end  -- the same call again, after its answer was lost
        if tonumber(get(id, 'lease_us')) > now then return 'held' end
        count('lease_expired')
    end
    if get(id, 'cancel_requested') == '1' then
        finish(id, 'cancelled')
        return 'cancelled'
    end
    local aside = get(id, 'insisted') ~= '1' and (get(id, 'rejudge_of') or '') == ''
        and quarantined(get(id, 'video_fingerprint'))
    if aside then  -- since it was accepted
        fail_as_quarantined(id, aside.message, aside.reason)
        return 'quarantined'
    end
    if tonumber(get(id, 'attempts')) >= ask.max_attempts then
        local known = get(id, 'reason')
        local message = get(id, 'released_because') or ask.message
        give_up(id, 'too_many_attempts', message, known or 'the worker was lost in each attempt')
        return 'too_many_attempts'
    end

    local class, tag = class_of(id), tonumber(get(id, 'tag') or 0)
    redis.call('HSET', VIRTUAL, class, math.max(tag, tonumber(redis.call('HGET', VIRTUAL, class) or 0)))
    leave_queue(id)
    count('begun', redis.call('HINCRBY', record(id), 'attempts', 1) > 1 and 'again' or 'first')
    redis.call('HINCRBY', record(id), 'token', 1)
    redis.call('HDEL', record(id), 'pose_us', 'frames_us', 'frames_resumed', 'released_because', 'reason')
    set(id, 'status', 'running', 'stage', 'staging', 'worker', ask.worker, 'nonce', ask.nonce, 'started_us', now,
        'lease_us', now + ask.lease_us, 'progress', 0, 'frames_done', 0)
    redis.call('ZADD', RUNNING, now + ask.lease_us, id)
    tell(id)
    return 'claimed'
end

-- Jobs that were in the queue before there were classes and tags.
local function adopt()
    local known = 0
    for _, class in ipairs(CLASSES) do known = known + redis.call('ZCARD', order(class)) end
    if redis.call('ZCARD', QUEUE) == known then return end
    for _, id in ipairs(redis.call('ZRANGE', QUEUE, 0, -1)) do
        if exists(id) and not redis.call('ZSCORE', order(class_of(id)), id) then
            enter_queue(id, math.max(0, tonumber(redis.call('ZSCORE', DUE, id) or 0) - now))
        end
    end
end

-- How many jobs each owner has running that count for a class.
local function running_by_owner()
    local all, interactive = {}, {}
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', RUNNING, now, '+inf')) do
        local owner = get(id, 'owner') or ''
        all[owner] = (all[owner] or 0) + 1
        if class_of(id) == 'interactive' then interactive[owner] = (interactive[owner] or 0) + 1 end
    end
    return {interactive = interactive, normal = all, batch = all}
end

-- The class' first job that may begin now; `busy`: nobody's who has as many running as one may.
local function first_of(class, busy)
    local from = 0
    while true do
        local ids = redis.call('ZRANGE', order(class), from, from + BLOCK - 1)
        if #ids == 0 then return nil end
        for _, id in ipairs(ids) do
            local due = tonumber(redis.call('ZSCORE', DUE, id) or 0) <= now
            if due and (not busy or (busy[get(id, 'owner')] or 0) < ask.most_per_owner) then return id end
        end
        from = from + BLOCK
    end
end

-- Whose turn it is, and the classes of which a job could have been begun.
local function in_turn()
    local busy, firsts = running_by_owner(), {}
    for _, class in ipairs(CLASSES) do firsts[class] = first_of(class, busy[class]) or first_of(class) end
    for rank = #CLASSES, 2, -1 do
        local class = CLASSES[rank]
        local overdue = tonumber(redis.call('HGET', PASSED, class) or 0) >= ask.patience[class]
        if firsts[class] and overdue then return firsts[class], firsts end
    end
    return firsts.interactive or firsts.normal or firsts.batch, firsts
end

local function remember_passed_over(chosen, firsts)
    for _, class in ipairs(CLASSES) do
        if firsts[class] == chosen or not firsts[class] then
            redis.call('HSET', PASSED, class, 0)
        else
            redis.call('HINCRBY', PASSED, class, 1)
        end
    end
end

if ask.id then
    local word = begin(ask.id)
    if word == 'claimed' then return answer('claimed', ask.id) end
    return {word}
end
for _, id in ipairs(redis.call('ZRANGE', RUNNING, 0, -1)) do
    if get(id, 'nonce') == ask.nonce then return answer('claimed', id) end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', RUNNING, '-inf', now)) do
    if begin(id) == 'claimed' then return answer('claimed', id) end
end
adopt()
while true do
    local id, firsts = in_turn()
    if not id then return {'nothing'} end
    if begin(id) == 'claimed' then
        remember_passed_over(id, firsts)
        return answer('claimed', id)
    end
    -- it has ended by that; one whose record was removed by hand must not stand in the way either
    for _, class in ipairs(CLASSES) do redis.call('ZREM', order(class), id) end
    redis.call('ZREM', QUEUE, id)
    redis.call('ZREM', DUE, id)
end
