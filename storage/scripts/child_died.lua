-- ask: worker, stages (of which the video can be the cause), blame (see `died_of_video`)
--
-- The process that did a job is gone, and its parent says so: the job need not wait for the end of its lease. A lease
-- that has run out already is nobody's, least of all that process'.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', RUNNING, now, '+inf')) do
    if get(id, 'worker') == ask.worker then
        if get(id, 'cancel_requested') == '1' then
            finish(id, 'cancelled')
        elseif ask.stages[get(id, 'stage')] and (get(id, 'rejudge_of') or '') == '' then
            died_of_video(id, ask.blame)
        else
            set(id, 'lease_us', now)  -- whoever looks for work next takes it
            redis.call('ZADD', RUNNING, now, id)
        end
        return answer('done', id)
    end
end
return {'nothing'}
