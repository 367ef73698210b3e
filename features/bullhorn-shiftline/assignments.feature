Feature: Assignments
  A placement in Bullhorn is an assignment in Shiftline: who works where, from when to when, and for how much.

  Money is exact to the cent in both directions of the office: pay and bill rates are copied with every decimal they
  have, and what is computed is rounded once, at the end.

  Background:
    Given each Placement is an assignment, matched by external_id

  @chart @owner:dana
  Scenario Outline: <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    @must
    Examples: Who, where, when
      | Bullhorn field   | flow | Shiftline field       | rule                            | required | note                                  |
      | id               | ->   | external_id           | as text                         | yes      | the link                              |
      | candidate        | ->   | worker_id             | the worker with the same id     | yes      | waits until the worker is there       |
      | jobOrder         | ->   | job_id                | the job with the same id        | yes      | waits until the job is there          |
      | jobOrder.title   | ->   | job_title             | same text                       |          | shown on the lock screen              |
      | status           | ->   | status                | look up in "Placement status"   | yes      |                                       |
      | dateBegin        | ->   | starts_on             | same date                       | yes      |                                       |
      | dateEnd          | ->   | ends_on               | same date                       |          | blank: until further notice           |
      | hoursOfOperation | ->   | shift_start           | part before "-"                 |          | "7:00 am - 3:30 pm"                   |
      | hoursOfOperation | ->   | shift_end             | part after "-"                  |          |                                       |
      | reportTo         | ->   | supervisor_first_name | first word                      |          |                                       |
      | reportTo         | ->   | supervisor_rest       | rest                            |          | everything after the first word       |
      | costCenter       | ->   | cost_center           | without the characters "/-", upper case |  | scanners read letters and digits      |
      | Timesheet number | ->   | timesheet_number      | digits only, as a number        |          | "TS-004711" is 4711                   |

    @must
    Examples: Money
      | Bullhorn field                         | flow | Shiftline field | rule                                                                      | required | note                                  |
      | payRate                                | ->   | pay_rate        | same amount                                                               |          |                                       |
      | clientBillRate, employeeType           | ->   | bill_rate       | same amount, only when employeeType is "1099", else blank                 |          | contractors see what the client pays  |
      | overtimeRate, payRate                  | ->   | overtime_rate   | first filled of overtimeRate or payRate, same amount                      |          |                                       |
      | clientBillRate, payRate, hoursPerDay   | ->   | daily_margin    | = (clientBillRate - payRate) * hoursPerDay, rounded to 2 decimals         |          | for the supervisor's view             |
      | clientBillRate, payRate, hoursPerDay   | ->   | commission      | = (clientBillRate - payRate) * hoursPerDay * 7.5 %, rounded to 2 decimals, half-even |  | paid each day the worker is on site |
      | salary                                 | ->   | salary          | same amount, on create only                                               |          | later changes go through payroll      |
      | salaryUnit                             | ->   | salary_unit     | lower case                                                                |          |                                       |
      | hoursPerDay                            | ->   | hours_per_day   | same number                                                               |          |                                       |
      | daysGuaranteed                         | ->   | guarantee_days  | same number                                                               |          |                                       |
      | durationWeeks                          | ->   | duration_weeks  | rounded to 1 decimals                                                     |          |                                       |
      | terminationReason                      | never |                |                                                                           |          |                                       |
      | comments                               | never |                |                                                                           |          |                                       |
      |                                        | kept | check_in_pin    |                                                                           |          | made on site                          |

  @values
  Scenario Outline: <Bullhorn status> means <Shiftline status>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Placement status
      | Bullhorn status | Shiftline status | why                                              |
      | Approved        | active           |                                                  |
      | Submitted       | upcoming         | not approved yet, but the worker should know     |
      | Completed       | ended            |                                                  |
      | Terminated      | ended            | workers are told the reason by a person          |
      | anything else   | error            |                                                  |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Which placements are shown
      | who                                      | outcome                 | why                                            |
      | status is "Rejected"                     | leaves the app as ended | whoever was told of it must see that it is off |
      | jobOrder.employmentType is "Direct Hire" | never reaches the app   | permanent placements are not for the app       |
      | anyone else                              | reaches the app         |                                                |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of assignments
      | when                              | then                                                                   | why                                |
      | a placement leaves the population | the assignment becomes ended                                           |                                    |
      | a placement ends                  | the assignment becomes ended and is still kept up to date              | the last hours are corrected later |
      | a placement ends early            | the assignment becomes ended and is still kept up to date              |                                    |
      | a placement is extended           | the same assignment becomes running again and is still kept up to date | the timesheets hang on it          |

  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: What becomes of bad placements
      | bad data                    | then                                 | why                    |
      | dateEnd is before dateBegin | the record is held back and reported | nobody works backwards |
